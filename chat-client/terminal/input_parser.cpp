#include "chat-client/terminal/input_parser.hpp"

#include "chat-client/terminal/sequences.hpp"
#include "common/app/utf8.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::terminal {
namespace {

constexpr char escape = '\x1b';
constexpr std::string_view paste_begins = "\x1b[200~";
constexpr std::string_view paste_ends = "\x1b[201~";

key control_key(char c) {
    switch (c) {
        case '\r':
            return {key_kind::enter};
        case '\n':
            return {key_kind::newline};
        case '\t':
            return {key_kind::tab};
        case '\x7f':
        case '\b':
            return {key_kind::backspace};
        case '\x03':
            return {key_kind::interrupt};
        case '\x04':
            return {key_kind::end_of_input};
        case '\x0c':
            return {key_kind::redraw};
        case '\x1a':
            return {key_kind::suspend};
        default: {
            const char printed = static_cast<char>(c + (c > 0 && c < 0x1b ? 0x60 : 0x40));
            return {key_kind::control, std::string(1, printed)};
        }
    }
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
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

// Valid UTF-8 without control characters, its lines ended by '\n'.
std::string pasted_text(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    for (std::size_t at = 0; at < raw.size();) {
        const auto next = common::app::read_code_point(raw, at);
        const bool is_return = raw[at] == '\r';
        if (is_return && (at + 1 == raw.size() || raw[at + 1] != '\n')) text += '\n';
        const bool is_kept = !is_control(raw[at]) || raw[at] == '\n' || raw[at] == '\t';
        if (next.valid && is_kept) text += raw.substr(at, next.bytes);
        at += next.bytes;
    }
    return text;
}

// Whether a mark may have begun at the end of `text`.
std::size_t begun_mark(std::string_view text) {
    for (std::size_t bytes = std::min(text.size(), paste_ends.size() - 1); bytes > 0; --bytes) {
        if (paste_ends.starts_with(text.substr(text.size() - bytes))) return bytes;
    }
    return 0;
}

}  // namespace

std::vector<key> input_parser::feed(std::string_view bytes) {
    std::vector<key> keys;
    const std::string all = std::exchange(unfinished_, {}).append(bytes);
    std::string_view rest = all;
    while (!rest.empty()) {
        const std::size_t used = paste_ ? take_paste(rest, keys) : take(rest, keys);
        if (used == 0 && rest.size() < sequence_bytes_max) break;
        rest.remove_prefix(std::max<std::size_t>(used, 1));
    }
    unfinished_ = rest;
    return keys;
}

std::vector<key> input_parser::flush() {
    if (!waits()) return {};
    return std::vector<key>(std::exchange(unfinished_, {}).size(), key{key_kind::escape});
}

std::size_t input_parser::take(std::string_view rest, std::vector<key>& keys) {
    const char first = rest.front();
    if (first == escape) return take_escape(rest, keys);
    if (is_control(first)) {
        keys.push_back(control_key(first));
        return 1;
    }
    const auto next = common::app::read_code_point(rest, 0);
    if (!next.valid && is_cut(rest)) return 0;
    if (next.valid) keys.push_back({key_kind::text, std::string{rest.substr(0, next.bytes)}});
    return next.bytes;
}

// Escape in front of a key says that alt was held.
std::size_t input_parser::take_escape(std::string_view rest, std::vector<key>& keys) {
    if (rest.size() < 2) return 0;
    if (rest.starts_with(paste_begins)) {
        paste_.emplace();
        return paste_begins.size();
    }
    if (rest[1] == '[' || rest[1] == 'O') return take_sequence(rest, keys);
    const bool twice = rest[1] == escape;
    if (twice && rest.size() < 3) return 0;
    if (twice && rest[2] != '[' && rest[2] != 'O') {
        keys.push_back({key_kind::escape});
        return 1;
    }
    const std::size_t before = keys.size();
    const std::size_t used = twice ? take_sequence(rest.substr(1), keys) : take(rest.substr(1), keys);
    if (used == 0) return 0;
    if (keys.size() > before) keys.back().alt = true;
    return used + 1;
}

std::size_t input_parser::take_sequence(std::string_view rest, std::vector<key>& keys) {
    std::size_t end = 2;
    while (end < rest.size() && !is_final(rest[end])) ++end;
    if (end == rest.size()) return 0;
    if (auto found = read_sequence(rest.substr(1, end))) keys.push_back(*std::move(found));
    return end + 1;
}

std::size_t input_parser::take_paste(std::string_view rest, std::vector<key>& keys) {
    const std::size_t end = rest.find(paste_ends);
    const bool ends = end != std::string_view::npos;
    const std::string_view part = rest.substr(0, ends ? end : rest.size() - begun_mark(rest));
    paste_->append(part.substr(0, paste_bytes_max - paste_->size()));
    if (!ends) return part.size();
    keys.push_back({key_kind::paste, pasted_text(*paste_)});
    paste_.reset();
    return end + paste_ends.size();
}

}  // namespace chat_client::terminal
