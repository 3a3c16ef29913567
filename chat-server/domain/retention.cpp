#include "chat-server/domain/retention.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace chat_server::domain {
namespace {

constexpr std::int64_t second_ms = 1000;
constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> units{{{"ms", 1},
                                                                          {"s", second_ms},
                                                                          {"m", 60 * second_ms},
                                                                          {"h", 3600 * second_ms},
                                                                          {"d", 86'400 * second_ms},
                                                                          {"w", 604'800 * second_ms}}};

template <class Int>
Int smaller_limit(Int a, Int b) {
    if (a == 0 || b == 0) return std::max(a, b);
    return std::min(a, b);
}

}  // namespace

std::optional<retention> parse_retention(std::string_view text) {
    if (text == "none") return retention{};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value <= 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return retention{.records_max = static_cast<std::uint64_t>(value)};
    const auto unit = std::ranges::find(units, text, &std::pair<std::string_view, std::int64_t>::first);
    std::int64_t age = 0;
    if (unit == units.end() || __builtin_mul_overflow(value, unit->second, &age)) return std::nullopt;
    return retention{.age_max_ms = age};
}

retention stricter(const retention& a, const retention& b) {
    return {.records_max = smaller_limit(a.records_max, b.records_max),
            .age_max_ms = smaller_limit(a.age_max_ms, b.age_max_ms)};
}

}  // namespace chat_server::domain
