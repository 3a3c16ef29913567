#include "chat-client/terminal/line_editor.hpp"

#include "common/app/terminal_text.hpp"

namespace chat_client::terminal {

using common::app::display_width;

namespace {

bool is_control(const key& pressed, char letter) {
    return pressed.kind == key_kind::control && !pressed.alt && pressed.text.front() == letter;
}

}  // namespace

std::optional<std::string> line_editor::press(const key& pressed) {
    if (pressed.kind == key_kind::enter || pressed.kind == key_kind::newline) return enter();
    if (pressed.kind == key_kind::up || is_control(pressed, 'p')) {
        if (auto older = history_.older(editor_.text())) editor_.set(*std::move(older));
    } else if (pressed.kind == key_kind::down || is_control(pressed, 'n')) {
        if (auto newer = history_.newer()) editor_.set(*std::move(newer));
    } else {
        editor_.press(pressed);
    }
    return std::nullopt;
}

std::string line_editor::enter() {
    std::string line = editor_.take();
    history_.add(line);
    return line;
}

line_editor::view line_editor::shown(std::size_t columns) const {
    const std::string& typed = text();
    const auto safe = [&](std::size_t from, std::size_t to) {
        return common::app::sanitize(std::string_view{typed}.substr(from, to - from),
                                     common::app::text_kind::line);
    };
    const auto after = [&](std::size_t at) { return at + common::app::read_cluster(typed, at).bytes; };
    // Cut in front until the cursor fits, one column left for it.
    std::size_t begin = 0;
    while (begin < cursor() && display_width(safe(begin, cursor())) + 1 > columns) begin = after(begin);
    view found{.text = {}, .cursor_column = display_width(safe(begin, cursor()))};
    std::size_t end = cursor();
    while (end < typed.size() && display_width(safe(begin, after(end))) <= columns) end = after(end);
    found.text = safe(begin, end);
    return found;
}

}  // namespace chat_client::terminal
