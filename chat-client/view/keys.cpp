#include "chat-client/view/keys.hpp"

#include "chat-client/view/chosen.hpp"
#include "chat-client/view/compose.hpp"
#include "chat-client/view/lists.hpp"
#include "chat-client/view/navigation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace chat_client::view {

using terminal::key;
using terminal::key_kind;

namespace {

constexpr std::ptrdiff_t wheel_lines = 3;

bool press_question(state& of, const key& pressed) {
    const bool yes = pressed.kind == key_kind::text && (pressed.text == "y" || pressed.text == "Y");
    const bool no = pressed.kind == key_kind::escape || pressed.kind == key_kind::interrupt ||
                    (pressed.kind == key_kind::text && (pressed.text == "n" || pressed.text == "N"));
    if (of.pasted) {
        if (yes || pressed.kind == key_kind::enter) answer_paste(of, paste_answer::send);
        if (pressed.kind == key_kind::text && pressed.text == "e") answer_paste(of, paste_answer::edit);
        if (no) answer_paste(of, paste_answer::drop);
        return true;
    }
    if (!of.asked) return false;
    if (yes || no) {
        of.wish(picked{of.asked->id, yes ? std::size_t{0} : std::size_t{1}});
        of.asked.reset();
    }
    return true;
}

bool is_at_input_start(const state& of) {
    return of.editor.empty();
}

// The two digits behind alt-j.
bool press_digit(state& of, const key& pressed) {
    if (!of.jump) return false;
    std::string digits = *std::exchange(of.jump, std::nullopt);
    if (pressed.kind != key_kind::text || pressed.alt) return false;
    if (pressed.text.size() != 1 || pressed.text < "0" || pressed.text > "9") return false;
    digits += pressed.text;
    if (digits.size() == 2) {
        const std::size_t number =
            static_cast<std::size_t>(digits[0] - '0') * 10 + static_cast<std::size_t>(digits[1] - '0');
        if (number > 0) open_number(of, number - 1);
    } else {
        of.jump = std::move(digits);
    }
    return true;
}

bool press_alt_letter(state& of, std::string_view letter) {
    if (letter.size() != 1) return false;
    const char c = letter.front();
    if (c >= '1' && c <= '9') return open_number(of, static_cast<std::size_t>(c - '1')), true;
    switch (c) {
        case '0':
            return open_number(of, 9), true;
        case 'a':
            return open_active(of), true;
        case 'j':
            of.jump.emplace();
            return true;
        case '/':
            return open_previous(of), true;
        case 'w':
            return focus_pane(of, of.focus == 0 ? 1 : 0), true;
        case 'u':
            return to_marker(of), true;
        case 'p':
            return to_mention(of, true), true;
        case 'n':
            return to_mention(of, false), true;
        case 'l':
            of.bare = !of.bare;
            return true;
        case 'm':
            of.mouse = !of.mouse;
            of.hint =
                of.mouse ? "the mouse is ours: hold shift to select text" : "the mouse is the terminal's";
            return true;
        case 'h':
            return open_help(of, {}), true;
        case 'B':
            of.rooms_panel = of.drawn.rooms.columns > 0 ? panel_wish::hidden : panel_wish::shown;
            return true;
        case 'N':
            of.members_panel = of.drawn.members.columns > 0 ? panel_wish::hidden : panel_wish::shown;
            return true;
        default:
            return false;
    }
}

bool press_function(state& of, const key& pressed) {
    switch (pressed.number) {
        case 1:
            return open_help(of, {}), true;
        case 5:
            return open_next(of, -1), true;
        case 6:
            return open_next(of, 1), true;
        case 7:
        case 8:
            return focus_pane(of, of.focus == 0 ? 1 : 0), true;
        case 11:
            of.members_top -= std::min<std::size_t>(of.members_top, 10);
            return true;
        case 12:
            of.members_top += 10;
            return true;
        default:
            return true;
    }
}

bool press_mouse(state& of, const key& pressed) {
    const terminal::place at{pressed.column, pressed.row};
    for (const drawn_pane& each : of.drawn.panes) {
        if (!each.lines.holds(at)) continue;
        const std::size_t index = each.index;
        if (pressed.kind == key_kind::wheel_up) return scroll(of, index, -wheel_lines), true;
        if (pressed.kind == key_kind::wheel_down) return scroll(of, index, wheel_lines), true;
        if (index != of.focus) return focus_pane(of, index), true;
        const std::size_t up = each.lines.row + each.lines.rows - 1 - at.row;
        if (up < each.rows.size()) choose_at(of, each.rows[up]);
        return true;
    }
    if (pressed.kind == key_kind::click && of.drawn.rooms.holds(at)) {
        open_number(of, of.drawn.first_room + at.row - of.drawn.rooms.row);
    }
    return true;
}

// Rooms and scrolling.
bool press_navigation(state& of, const key& pressed) {
    const bool far = pressed.alt || pressed.ctrl;
    switch (pressed.kind) {
        case key_kind::page_up:
            return scroll_pages(of, pressed.shift ? -1 : -2), true;
        case key_kind::page_down:
            return scroll_pages(of, pressed.shift ? 1 : 2), true;
        case key_kind::home:
            if (!far && !is_at_input_start(of)) return false;
            return to_oldest(of), true;
        case key_kind::end:
            if (!far && !is_at_input_start(of)) return false;
            return to_newest(of), true;
        case key_kind::up:
        case key_kind::down:
            if (pressed.ctrl || pressed.shift) return choose_message(of, pressed.kind == key_kind::up), true;
            return pressed.alt && (open_next(of, pressed.kind == key_kind::up ? -1 : 1), true);
        case key_kind::left:
        case key_kind::right:
            return pressed.alt && (open_next(of, pressed.kind == key_kind::left ? -1 : 1), true);
        case key_kind::function:
            return press_function(of, pressed);
        case key_kind::control:
            if (pressed.text == "n") return open_next(of, 1), true;
            if (pressed.text == "p") return open_next(of, -1), true;
            return false;
        case key_kind::text:
            return pressed.alt && press_alt_letter(of, pressed.text);
        case key_kind::click:
        case key_kind::wheel_up:
        case key_kind::wheel_down:
            return press_mouse(of, pressed);
        default:
            return false;
    }
}

void leave(state& of) {
    if (!of.editor.empty()) return set_input(of, "");
    if (std::exchange(of.leaving, true)) return of.wish(quit{});
    of.hint = "ctrl-c again, or /quit, to leave";
}

void press_input(state& of, const key& pressed) {
    switch (pressed.kind) {
        case key_kind::enter:
            if (!pressed.alt) return submit(of);
            of.editor.insert("\n");
            return typed(of);
        case key_kind::newline:
            of.editor.insert("\n");
            return typed(of);
        case key_kind::tab:
            return complete_word(of, pressed.shift);
        case key_kind::escape:
            of.completing.reset();
            return;
        case key_kind::paste:
            return paste(of, pressed.text);
        case key_kind::interrupt:
            return leave(of);
        case key_kind::end_of_input:
            if (of.editor.empty()) return leave(of);
            of.editor.press({key_kind::remove});
            return;
        case key_kind::up:
        case key_kind::down:
            of.completing.reset();
            if (!of.editor.press(pressed)) recall(of, pressed.kind == key_kind::up);
            return;
        default:
            break;
    }
    const std::size_t before = of.editor.text().size();
    of.editor.press(pressed);
    if (of.editor.text().size() > before) return typed(of);
    of.completing.reset();
}

}  // namespace

void press(state& of, const key& pressed) {
    if (pressed.kind == key_kind::focus_in || pressed.kind == key_kind::focus_out) {
        const bool looks = pressed.kind == key_kind::focus_in;
        if (!looks && of.watched) look_away(of);
        of.watched = looks;
        return;
    }
    of.watched = true;
    of.hint.clear();
    const bool interrupts = pressed.kind == key_kind::interrupt || pressed.kind == key_kind::end_of_input;
    if (!interrupts) of.leaving = false;
    if (press_question(of, pressed) || press_list(of, pressed) || press_chosen(of, pressed)) return;
    if (of.bare && (pressed.kind == key_kind::escape || pressed.kind == key_kind::enter)) {
        of.bare = false;
        return;
    }
    // Nobody types into an input that is not to be seen.
    if (of.bare && pressed.kind == key_kind::text && !pressed.alt) of.bare = false;
    if (press_digit(of, pressed) || press_navigation(of, pressed)) return;
    press_input(of, pressed);
}

}  // namespace chat_client::view
