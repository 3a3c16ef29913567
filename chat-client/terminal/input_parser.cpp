#include "chat-client/terminal/input_parser.hpp"

#include "common/app/utf8.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace chat_client::terminal {
namespace {

constexpr char escape = '\x1b';

struct named_sequence {
    std::string_view bytes;
    key_kind kind;
};

// ECMA-48 as xterm and its kin send it, in normal and in application mode.
constexpr std::array sequences{
    named_sequence{"[A", key_kind::up},      named_sequence{"[B", key_kind::down},
    named_sequence{"[C", key_kind::right},   named_sequence{"[D", key_kind::left},
    named_sequence{"OA", key_kind::up},      named_sequence{"OB", key_kind::down},
    named_sequence{"OC", key_kind::right},   named_sequence{"OD", key_kind::left},
    named_sequence{"[H", key_kind::home},    named_sequence{"[F", key_kind::end},
    named_sequence{"OH", key_kind::home},    named_sequence{"OF", key_kind::end},
    named_sequence{"[1~", key_kind::home},   named_sequence{"[4~", key_kind::end},
    named_sequence{"[3~", key_kind::remove},
};

std::optional<key_kind> control_key(char c) {
    switch (c) {
        case '\r':
        case '\n':
            return key_kind::enter;
        case '\x7f':
        case '\b':
            return key_kind::backspace;
        case '\x01':
            return key_kind::home;
        case '\x02':
            return key_kind::left;
        case '\x03':
            return key_kind::interrupt;
        case '\x04':
            return key_kind::end_of_input;
        case '\x05':
            return key_kind::end;
        case '\x06':
            return key_kind::right;
        case '\x0c':
            return key_kind::redraw;
        case '\x0e':
            return key_kind::down;
        case '\x10':
            return key_kind::up;
        case '\x15':
            return key_kind::kill_line;
        case '\x17':
            return key_kind::kill_word;
        case '\x1a':
            return key_kind::suspend;
        default:
            return std::nullopt;
    }
}

bool is_final(char c) {
    return c >= 0x40 && c <= 0x7e;
}

// The beginning of a character whose rest may still come.
bool is_cut(std::string_view rest) {
    const auto first = static_cast<unsigned char>(rest.front());
    if (first < 0xc2 || first > 0xf4) return false;
    const std::size_t bytes = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return rest.size() < bytes && std::ranges::all_of(rest.substr(1), [](char c) {
               return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
           });
}

}  // namespace

std::vector<key> input_parser::feed(std::string_view bytes) {
    std::vector<key> keys;
    const std::string all = std::exchange(unfinished_, {}).append(bytes);
    std::string_view rest = all;
    while (!rest.empty()) {
        const std::size_t used = take(rest, keys);
        if (used == 0 && rest.size() < sequence_bytes_max) break;
        rest.remove_prefix(std::max<std::size_t>(used, 1));
    }
    unfinished_ = rest;
    return keys;
}

std::size_t input_parser::take(std::string_view rest, std::vector<key>& keys) {
    const char first = rest.front();
    if (first == escape) return take_escape(rest, keys);
    if (const auto kind = control_key(first)) {
        keys.push_back({*kind});
        return 1;
    }
    if (static_cast<unsigned char>(first) < 0x20) return 1;
    const auto next = common::app::read_code_point(rest, 0);
    if (!next.valid && is_cut(rest)) return 0;
    if (next.valid) keys.push_back({key_kind::text, std::string{rest.substr(0, next.bytes)}});
    return next.bytes;
}

std::size_t input_parser::take_escape(std::string_view rest, std::vector<key>& keys) {
    if (rest.size() < 2) return 0;
    const char introducer = rest[1];
    if (introducer != '[' && introducer != 'O') return 2;  // alt and a key
    std::size_t end = 2;
    while (end < rest.size() && !is_final(rest[end])) ++end;
    if (end == rest.size()) return 0;
    const std::string_view sequence = rest.substr(1, end);
    const auto found = std::ranges::find(sequences, sequence, &named_sequence::bytes);
    if (found != sequences.end()) keys.push_back({found->kind});
    return end + 1;
}

}  // namespace chat_client::terminal
