#include "tests/bench/chat/dialect.hpp"

#include <array>
#include <cstring>

namespace bench {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t time_digits = 16;
constexpr std::size_t number_digits = 8;
static_assert(1 + time_digits + number_digits == mark_bytes);

constexpr auto values = [] {
    std::array<std::uint8_t, 256> all{};
    for (std::size_t i = 0; i < digits.size(); ++i) all[static_cast<unsigned char>(digits[i])] = i & 15U;
    return all;
}();

void write_hex(std::span<char> to, std::uint64_t value) {
    for (std::size_t i = to.size(); i-- > 0; value >>= 4U) to[i] = digits[value & 15U];
}

std::uint64_t read_hex(std::string_view from) {
    std::uint64_t value = 0;
    for (const char digit : from) value = value << 4U | values[static_cast<unsigned char>(digit)];
    return value;
}

// Frames of our limit program: the length in the machine's order, then the text; an empty one joins, and
// answers.
class raw final : public dialect {
  public:
    std::string opening(link& on) override {
        // A talker that does not read has nothing to join.
        on.is_ready = !on.reads;
        return on.reads ? std::string(sizeof(std::uint32_t), '\0') : std::string{};
    }

    void post(link&, std::uint64_t, std::string_view text, std::string& out) override {
        const auto size = static_cast<std::uint32_t>(text.size());
        out.append(reinterpret_cast<const char*>(&size), sizeof size);
        out.append(text);
    }

    std::size_t read(link& on, std::string_view in, listener& told) override {
        std::size_t done = 0;
        while (in.size() - done >= sizeof(std::uint32_t)) {
            std::uint32_t size = 0;
            std::memcpy(&size, in.data() + done, sizeof size);
            if (in.size() - done < sizeof size + size) break;
            const auto text = in.substr(done + sizeof size, size);
            done += sizeof size + size;
            if (!text.empty()) {
                told.on_message(on, text);
            } else if (on.is_ready) {
                told.on_answer(on);
            } else {
                on.is_ready = true;
            }
        }
        return done;
    }
};

}  // namespace

void write_mark(std::span<char> text, const mark& what) {
    text[0] = '@';
    write_hex(text.subspan(1, time_digits), what.sent_ns);
    write_hex(text.subspan(1 + time_digits, number_digits), what.number);
}

bool has_mark(std::string_view text) {
    return text.size() >= mark_bytes && text[0] == '@';
}

std::uint64_t sent_ns_of(std::string_view text) {
    return read_hex(text.substr(1, time_digits));
}

std::uint64_t number_of(std::string_view text) {
    return read_hex(text.substr(1 + time_digits, number_digits));
}

std::unique_ptr<dialect> make_raw() {
    return std::make_unique<raw>();
}

}  // namespace bench
