#include "chat-client/terminal/text_editor.hpp"

#include "common/app/terminal_text.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::terminal {
namespace {

using common::app::display_width;
using common::app::read_cluster;

bool in_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '_';
}

bool is_blank(char c) {
    return c == ' ' || c == '\n';
}

}  // namespace

bool text_editor::press(const key& pressed) {
    const bool by_word = pressed.ctrl || pressed.alt;
    switch (pressed.kind) {
        case key_kind::text:
            if (pressed.alt) return press_alt(pressed);
            remember(true);
            return put(pressed.text);
        case key_kind::control:
            return !pressed.alt && press_control(pressed);
        case key_kind::backspace:
            return pressed.alt ? kill(word_left(false), cursor_) : erase(before(cursor_), cursor_);
        case key_kind::remove:
            return by_word ? kill(cursor_, word_right()) : erase(cursor_, after(cursor_));
        case key_kind::left:
            return !pressed.alt && move_to(pressed.ctrl ? word_left(false) : before(cursor_));
        case key_kind::right:
            return !pressed.alt && move_to(pressed.ctrl ? word_right() : after(cursor_));
        case key_kind::up:
        case key_kind::down:
            return !by_word && !pressed.shift && move_row(pressed.kind == key_kind::down);
        case key_kind::home:
            return !by_word && move_to(line_start(cursor_));
        case key_kind::end:
            return !by_word && move_to(line_end(cursor_));
        default:
            return false;
    }
}

bool text_editor::press_control(const key& pressed) {
    switch (pressed.text.front()) {
        case 'a':
            return move_to(line_start(cursor_));
        case 'e':
            return move_to(line_end(cursor_));
        case 'b':
            return move_to(before(cursor_));
        case 'f':
            return move_to(after(cursor_));
        case 'k': {
            const std::size_t end = line_end(cursor_);
            return kill(cursor_, end == cursor_ ? after(cursor_) : end);
        }
        case 'u': {
            const std::size_t start = line_start(cursor_);
            return kill(start == cursor_ ? before(cursor_) : start, cursor_);
        }
        case 'w':
            return kill(word_left(true), cursor_);
        case 'y':
            return insert(killed_);
        case 't':
            return transpose();
        case '_':
            return undo();
        default:
            return false;
    }
}

bool text_editor::press_alt(const key& pressed) {
    switch (pressed.text.front()) {
        case 'b':
            return move_to(word_left(false));
        case 'f':
            return move_to(word_right());
        case 'd':
            return kill(cursor_, word_right());
        default:
            return false;
    }
}

bool text_editor::insert(std::string_view text) {
    remember(false);
    return put(text);
}

bool text_editor::put(std::string_view text) {
    if (text_.size() + text.size() > bytes_max_) return false;
    text_.insert(cursor_, text);
    cursor_ += text.size();
    return true;
}

bool text_editor::replace_before_cursor(std::size_t from, std::string_view text) {
    if (text_.size() - (cursor_ - from) + text.size() > bytes_max_) return false;
    remember(false);
    text_.replace(from, cursor_ - from, text);
    cursor_ = from + text.size();
    return true;
}

void text_editor::set(std::string text) {
    remember(false);
    text_ = std::move(text);
    cursor_ = text_.size();
}

std::string text_editor::take() {
    undo_.clear();
    typing_ = false;
    cursor_ = 0;
    return std::exchange(text_, {});
}

bool text_editor::move_to(std::size_t at) {
    cursor_ = at;
    typing_ = false;
    return true;
}

// To the same column of the line above or below.
bool text_editor::move_row(bool down) {
    const std::size_t start = line_start(cursor_);
    const std::size_t end = line_end(cursor_);
    if (down ? end == text_.size() : start == 0) return false;
    const std::size_t column = display_width(std::string_view{text_}.substr(start, cursor_ - start));
    std::size_t at = down ? end + 1 : line_start(start - 1);
    const std::size_t last = line_end(at);
    std::size_t reached = 0;
    while (at < last && reached < column) {
        const auto next = read_cluster(text_, at);
        reached += next.columns;
        at += next.bytes;
    }
    return move_to(at);
}

bool text_editor::erase(std::size_t from, std::size_t to) {
    if (from == to) return true;
    remember(false);
    text_.erase(from, to - from);
    cursor_ = from;
    return true;
}

bool text_editor::kill(std::size_t from, std::size_t to) {
    if (from != to) killed_ = text_.substr(from, to - from);
    return erase(from, to);
}

bool text_editor::transpose() {
    const std::size_t right = cursor_ == text_.size() ? before(cursor_) : cursor_;
    if (right == 0) return true;
    remember(false);
    const std::size_t left = before(right);
    const std::size_t end = after(right);
    const std::string swapped = text_.substr(right, end - right) + text_.substr(left, right - left);
    text_.replace(left, end - left, swapped);
    cursor_ = end;
    return true;
}

void text_editor::remember(bool typing) {
    if (typing && typing_) return;
    typing_ = typing;
    if (!undo_.empty() && undo_.back().text == text_) return;
    undo_.push_back({text_, cursor_});
    if (undo_.size() > undo_steps_max) undo_.erase(undo_.begin());
}

bool text_editor::undo() {
    typing_ = false;
    while (!undo_.empty()) {
        snapshot last = std::move(undo_.back());
        undo_.pop_back();
        if (last.text == text_) continue;
        text_ = std::move(last.text);
        cursor_ = last.cursor;
        break;
    }
    return true;
}

std::size_t text_editor::before(std::size_t at) const {
    if (at == 0) return 0;
    if (text_[at - 1] == '\n') return at - 1;
    std::size_t begin = line_start(at);
    while (true) {
        const std::size_t next = begin + read_cluster(text_, begin).bytes;
        if (next >= at) return begin;
        begin = next;
    }
}

std::size_t text_editor::after(std::size_t at) const {
    return at == text_.size() ? at : at + read_cluster(text_, at).bytes;
}

std::size_t text_editor::line_start(std::size_t at) const {
    const std::size_t found = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
    return found == std::string::npos ? 0 : found + 1;
}

std::size_t text_editor::line_end(std::size_t at) const {
    return std::min(text_.find('\n', at), text_.size());
}

std::size_t text_editor::word_left(bool blanks_only) const {
    const auto inside = [&](char c) { return blanks_only ? !is_blank(c) : in_word(c); };
    std::size_t at = cursor_;
    while (at > 0 && !inside(text_[at - 1])) --at;
    while (at > 0 && inside(text_[at - 1])) --at;
    return at;
}

std::size_t text_editor::word_right() const {
    std::size_t at = cursor_;
    while (at < text_.size() && !in_word(text_[at])) ++at;
    while (at < text_.size() && in_word(text_[at])) ++at;
    return at;
}

}  // namespace chat_client::terminal
