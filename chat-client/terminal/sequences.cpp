#include "chat-client/terminal/sequences.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace chat_client::terminal {
namespace {

struct letter_key {
    char final;
    key_kind kind;
    std::uint16_t number = 0;
};

// In normal ("[A") and in application mode ("OA").
constexpr std::array letters{
    letter_key{'A', key_kind::up},          letter_key{'B', key_kind::down},
    letter_key{'C', key_kind::right},       letter_key{'D', key_kind::left},
    letter_key{'H', key_kind::home},        letter_key{'F', key_kind::end},
    letter_key{'P', key_kind::function, 1}, letter_key{'Q', key_kind::function, 2},
    letter_key{'R', key_kind::function, 3}, letter_key{'S', key_kind::function, 4},
    letter_key{'I', key_kind::focus_in},    letter_key{'O', key_kind::focus_out},
    letter_key{'Z', key_kind::tab},
};

struct numbered_key {
    unsigned code;
    key_kind kind;
    std::uint16_t number = 0;
};

// As in "[5~".
constexpr std::array numbers{
    numbered_key{1, key_kind::home},          numbered_key{3, key_kind::remove},
    numbered_key{4, key_kind::end},           numbered_key{5, key_kind::page_up},
    numbered_key{6, key_kind::page_down},     numbered_key{7, key_kind::home},
    numbered_key{8, key_kind::end},           numbered_key{11, key_kind::function, 1},
    numbered_key{12, key_kind::function, 2},  numbered_key{13, key_kind::function, 3},
    numbered_key{14, key_kind::function, 4},  numbered_key{15, key_kind::function, 5},
    numbered_key{17, key_kind::function, 6},  numbered_key{18, key_kind::function, 7},
    numbered_key{19, key_kind::function, 8},  numbered_key{20, key_kind::function, 9},
    numbered_key{21, key_kind::function, 10}, numbered_key{23, key_kind::function, 11},
    numbered_key{24, key_kind::function, 12},
};

struct parameters {
    std::array<unsigned, 3> values{};
    std::size_t count = 0;
};

std::optional<parameters> read_parameters(std::string_view text) {
    parameters read;
    while (!text.empty()) {
        if (read.count == read.values.size()) return std::nullopt;
        const std::size_t end = std::min(text.find(';'), text.size());
        unsigned value = 0;
        const auto [stop, error] = std::from_chars(text.data(), text.data() + end, value);
        if (error != std::errc{} || stop != text.data() + end) return std::nullopt;
        read.values[read.count++] = value;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return read;
}

void hold_modifiers(key& pressed, unsigned parameter) {
    if (parameter < 2) return;
    pressed.shift = ((parameter - 1) & 1U) != 0;
    pressed.alt = ((parameter - 1) & 2U) != 0;
    pressed.ctrl = ((parameter - 1) & 4U) != 0;
}

std::optional<key> read_mouse(std::string_view text, char final) {
    const auto read = read_parameters(text);
    if (!read || read->count != 3 || final != 'M') return std::nullopt;
    const auto [button, column, row] = read->values;
    key pressed{};
    if (column == 0 || row == 0 || column > 0xffff || row > 0xffff) return std::nullopt;
    pressed.column = static_cast<std::uint16_t>(column - 1);
    pressed.row = static_cast<std::uint16_t>(row - 1);
    switch (button & ~0x1cU) {  // without shift, alt and ctrl
        case 0:
            pressed.kind = key_kind::click;
            return pressed;
        case 64:
            pressed.kind = key_kind::wheel_up;
            return pressed;
        case 65:
            pressed.kind = key_kind::wheel_down;
            return pressed;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<key> read_sequence(std::string_view sequence) {
    const char introducer = sequence.front();
    const char final = sequence.back();
    const std::string_view inside = sequence.substr(1, sequence.size() - 2);
    if (inside.starts_with('<')) return read_mouse(inside.substr(1), final);
    const auto read = read_parameters(inside);
    if (!read) return std::nullopt;
    key pressed{};
    if (final == '~') {
        const auto found = std::ranges::find(numbers, read->values[0], &numbered_key::code);
        if (found == numbers.end()) return std::nullopt;
        pressed.kind = found->kind;
        pressed.number = found->number;
    } else {
        const auto found = std::ranges::find(letters, final, &letter_key::final);
        if (found == letters.end()) return std::nullopt;
        if (introducer == 'O' && (final == 'I' || final == 'O' || final == 'Z')) return std::nullopt;
        pressed.kind = found->kind;
        pressed.number = found->number;
    }
    hold_modifiers(pressed, read->values[1]);
    if (final == 'Z') pressed.shift = true;
    return pressed;
}

}  // namespace chat_client::terminal
