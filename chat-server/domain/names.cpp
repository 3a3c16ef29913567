#include "chat-server/domain/names.hpp"

#include "chat-server/domain/limits.hpp"
#include "chat-server/domain/look_alikes.hpp"
#include "protocol/wire/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace chat_server::domain {
namespace {

struct range {
    char32_t first;
    char32_t last;
};

// Code points above ASCII that are invisible, reorder text, or stack on others: Unicode 15, categories Cc,
// Cf, Zs, Zl, Zp, Co, the default-ignorable ones, and the blocks of general combining marks.
constexpr std::array forbidden{
    range{0x0080, 0x00a0},   range{0x00ad, 0x00ad},    range{0x0300, 0x036f},   range{0x0600, 0x0605},
    range{0x061c, 0x061c},   range{0x06dd, 0x06dd},    range{0x070f, 0x070f},   range{0x115f, 0x1160},
    range{0x1680, 0x1680},   range{0x17b4, 0x17b5},    range{0x180b, 0x180f},   range{0x1ab0, 0x1aff},
    range{0x1dc0, 0x1dff},   range{0x2000, 0x200f},    range{0x2028, 0x202f},   range{0x205f, 0x206f},
    range{0x20d0, 0x20ff},   range{0x3000, 0x3000},    range{0x3164, 0x3164},   range{0xe000, 0xf8ff},
    range{0xfe00, 0xfe0f},   range{0xfe20, 0xfe2f},    range{0xfeff, 0xfeff},   range{0xffa0, 0xffa0},
    range{0xfff0, 0xffff},   range{0x110bd, 0x110bd},  range{0x1bca0, 0x1bca3}, range{0x1d173, 0x1d17a},
    range{0xe0000, 0xe0fff}, range{0xf0000, 0x10ffff},
};

bool is_ascii_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The code point at the front of valid UTF-8, which is cut off.
char32_t take_code_point(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t value = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    text.remove_prefix(size);
    return value;
}

bool is_allowed(char32_t point) {
    if (point < 0x80) {
        const char c = static_cast<char>(point);
        return is_ascii_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
    }
    return std::ranges::none_of(forbidden,
                                [point](const range& r) { return point >= r.first && point <= r.last; });
}

bool is_name(std::string_view name, std::size_t bytes_max) {
    if (name.empty() || name.size() > bytes_max || !protocol::wire::is_valid_utf8(name)) return false;
    const bool begins_well =
        static_cast<unsigned char>(name.front()) >= 0x80 || is_ascii_letter_or_digit(name.front());
    if (!begins_well) return false;
    while (!name.empty()) {
        if (!is_allowed(take_code_point(name))) return false;
    }
    return true;
}

std::string ascii_lower(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

}  // namespace

std::optional<std::string> room_name(std::string_view wished) {
    if (!is_name(wished, limits::room_bytes_max)) return std::nullopt;
    return ascii_lower(wished);
}

std::optional<std::string> nick_name(std::string_view wished) {
    if (!is_name(wished, limits::nick_bytes_max) || mixes_scripts(wished)) return std::nullopt;
    return std::string{wished};
}

std::string nick_key(std::string_view nick) {
    return skeleton(nick);
}

std::string nick_from_hint(std::string_view hint, unsigned attempt) {
    constexpr std::size_t number_bytes_max = 11;
    std::string base;
    // A key is often called user@machine: the user is the better nick.
    for (const char c : hint.substr(0, hint.find('@'))) {
        const bool keep =
            is_ascii_letter_or_digit(c) || (!base.empty() && (c == '-' || c == '_' || c == '.'));
        if (keep && base.size() < limits::nick_bytes_max - number_bytes_max) base += c;
    }
    if (base.empty()) base = "guest";
    return attempt == 0 ? base : base + "-" + std::to_string(attempt + 1);
}

}  // namespace chat_server::domain
