#include "common/app/sizes.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <utility>

namespace common::app {
namespace {

constexpr std::size_t fraction_digits_max = 6;

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view lower) {
    if (a.size() != lower.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_lower(a[i]) != lower[i]) return false;
    }
    return true;
}

// The number at the start of `text`, taken off it.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return value;
}

std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

std::optional<std::uint64_t> unit_bytes(std::string_view unit) {
    if (unit.empty() || same_word(unit, "b")) return 1;
    constexpr std::string_view prefixes = "kmgtp";
    const auto power = prefixes.find(to_lower(unit.front()));
    if (power == std::string_view::npos) return std::nullopt;
    const std::string_view rest = unit.substr(1);
    const bool decimal = same_word(rest, "b");
    if (!decimal && !rest.empty() && !same_word(rest, "ib")) return std::nullopt;
    std::uint64_t bytes = 1;
    for (std::size_t i = 0; i <= power; ++i) bytes *= decimal ? 1000 : 1024;
    return bytes;
}

// ".5" of `unit`, rounded down; takes the fraction off `text`.
std::optional<std::uint64_t> take_fraction(std::string_view& text, std::size_t digits, std::uint64_t unit) {
    std::uint64_t scale = 1;
    for (std::size_t i = 0; i < digits; ++i) scale *= 10;
    const auto value = take_digits(text);
    if (!value) return std::nullopt;
    // unit is at most 2^50 and value below 10^6: the quotient and the rest are multiplied apart to stay in 64
    // bits.
    return unit / scale * *value + unit % scale * *value / scale;
}

std::size_t count_digits(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    return digits;
}

std::string print(const char* format, double value, const char* unit) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), format, value, unit);
    return text.data();
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const auto whole = take_digits(text);
    if (!whole) return std::nullopt;
    std::string_view fraction;
    if (text.starts_with('.')) {
        const std::size_t digits = count_digits(text.substr(1));
        if (digits == 0 || digits > fraction_digits_max) return std::nullopt;
        fraction = text.substr(1, digits);
        text.remove_prefix(1 + digits);
    }
    if (text.size() > 1 && text.starts_with(' ')) text.remove_prefix(1);
    const auto unit = unit_bytes(text);
    if (!unit || (*unit == 1 && !fraction.empty())) return std::nullopt;
    const auto bytes = multiply(*whole, *unit);
    if (!bytes || fraction.empty()) return bytes;
    const auto extra = take_fraction(fraction, fraction.size(), *unit);
    if (!extra || *extra > std::numeric_limits<std::uint64_t>::max() - *bytes) return std::nullopt;
    return *bytes + *extra;
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
    if (text.ends_with("/s")) text.remove_suffix(2);
    const auto rate = parse_size(text);
    if (rate == std::uint64_t{0}) return std::nullopt;
    return rate;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    const auto value = take_digits(text);
    return text.empty() ? value : std::nullopt;
}

std::optional<seam::duration> parse_duration(std::string_view text) {
    using namespace std::chrono_literals;
    constexpr std::array<std::pair<std::string_view, seam::duration>, 6> units{
        {{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}, {"w", 168h}}};
    const auto value = take_digits(text);
    if (!value) return std::nullopt;
    for (const auto& [name, unit] : units) {
        if (!same_word(text, name)) continue;
        const auto nanoseconds = multiply(*value, static_cast<std::uint64_t>(unit.count()));
        if (!nanoseconds || *nanoseconds > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
            return std::nullopt;
        }
        return seam::duration{static_cast<std::int64_t>(*nanoseconds)};
    }
    return std::nullopt;
}

std::string format_size(std::uint64_t bytes) {
    constexpr std::array<const char*, 6> units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return std::to_string(bytes) + " B";
    auto value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    // 1023.95 would be printed as "1024": go to the next unit before rounding does.
    while (value >= 1023.5 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return print(value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

std::string format_rate(std::uint64_t bytes_per_second) {
    return format_size(bytes_per_second) + "/s";
}

std::string format_duration(seam::duration value) {
    const auto total = std::chrono::duration_cast<std::chrono::seconds>(value).count();
    const long long seconds = total < 0 ? 0 : total;
    std::array<char, 48> text{};
    if (seconds >= 86'400) {
        std::snprintf(text.data(), text.size(), "%lldd %02lldh", seconds / 86'400, seconds / 3600 % 24);
    } else if (seconds >= 3600) {
        std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60,
                      seconds % 60);
    } else {
        std::snprintf(text.data(), text.size(), "%lld:%02lld", seconds / 60, seconds % 60);
    }
    return text.data();
}

}  // namespace common::app
