#include "chat-client/terminal/line_editor.hpp"

#include "common/app/terminal_text.hpp"
#include "common/app/utf8.hpp"

#include <utility>

namespace chat_client::terminal {

using common::app::display_width;

std::optional<std::string> line_editor::press(const key& pressed) {
    switch (pressed.kind) {
        case key_kind::text:
            insert(pressed.text);
            break;
        case key_kind::enter:
            return enter();
        case key_kind::backspace:
            erase_before_cursor(before(cursor_));
            break;
        case key_kind::remove:
            text_.erase(cursor_, after(cursor_) - cursor_);
            break;
        case key_kind::left:
            cursor_ = before(cursor_);
            break;
        case key_kind::right:
            cursor_ = after(cursor_);
            break;
        case key_kind::home:
            cursor_ = 0;
            break;
        case key_kind::end:
            cursor_ = text_.size();
            break;
        case key_kind::up:
            if (recalled_ > 0) recall(recalled_ - 1);
            break;
        case key_kind::down:
            if (recalled_ < history_.size()) recall(recalled_ + 1);
            break;
        case key_kind::kill_line:
            erase_before_cursor(0);
            break;
        case key_kind::kill_word:
            erase_before_cursor(word_start());
            break;
        default:
            break;
    }
    return std::nullopt;
}

void line_editor::insert(const std::string& character) {
    if (text_.size() + character.size() > line_bytes_max) return;
    text_.insert(cursor_, character);
    cursor_ += character.size();
}

void line_editor::erase_before_cursor(std::size_t from) {
    text_.erase(from, cursor_ - from);
    cursor_ = from;
}

std::size_t line_editor::before(std::size_t at) const {
    if (at == 0) return 0;
    do {
        --at;
    } while (at > 0 && (static_cast<unsigned char>(text_[at]) & 0xc0) == 0x80);
    return at;
}

std::size_t line_editor::after(std::size_t at) const {
    if (at == text_.size()) return at;
    return at + common::app::read_code_point(text_, at).bytes;
}

std::size_t line_editor::word_start() const {
    std::size_t at = cursor_;
    while (at > 0 && text_[at - 1] == ' ') --at;
    while (at > 0 && text_[at - 1] != ' ') --at;
    return at;
}

void line_editor::recall(std::size_t place) {
    if (recalled_ == history_.size()) new_line_ = text_;
    recalled_ = place;
    text_ = place == history_.size() ? new_line_ : history_[place];
    cursor_ = text_.size();
}

std::string line_editor::enter() {
    std::string line = std::exchange(text_, {});
    cursor_ = 0;
    if (!line.empty() && (history_.empty() || history_.back() != line)) history_.push_back(line);
    if (history_.size() > history_lines_max) history_.erase(history_.begin());
    recalled_ = history_.size();
    new_line_.clear();
    return line;
}

line_editor::view line_editor::shown(std::size_t columns) const {
    const auto safe = [this](std::size_t from, std::size_t to) {
        return common::app::sanitize(std::string_view{text_}.substr(from, to - from),
                                     common::app::text_kind::line);
    };
    // Cut in front until the cursor fits, one column left for it.
    std::size_t begin = 0;
    while (begin < cursor_ && display_width(safe(begin, cursor_)) + 1 > columns) begin = after(begin);
    view found{.text = safe(begin, cursor_), .cursor_column = display_width(safe(begin, cursor_))};
    std::size_t end = cursor_;
    while (end < text_.size() && display_width(safe(begin, after(end))) <= columns) end = after(end);
    found.text = safe(begin, end);
    return found;
}

}  // namespace chat_client::terminal
