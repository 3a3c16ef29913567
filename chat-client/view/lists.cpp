#include "chat-client/view/lists.hpp"

#include "chat-client/view/compose.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chat_client::view {

using terminal::key;
using terminal::key_kind;

namespace {

struct help_row {
    std::string_view keys;
    std::string_view what;
};

constexpr std::array help_rows{
    help_row{"", "Rooms"},
    help_row{"alt-1 … alt-0", "the room with this number; beyond ten alt-j and two digits"},
    help_row{"alt-↑ ↓ ← →", "previous, next room; also ctrl-p, ctrl-n, F5, F6"},
    help_row{"alt-a", "the next room with mentions or unread messages"},
    help_row{"alt-/", "the room before"},
    help_row{"alt-B alt-N", "list of rooms, of people: show or hide"},
    help_row{"F7 F8 alt-w", "the other half of a split window"},
    help_row{"", "Reading"},
    help_row{"PgUp PgDn", "a page; with shift half of one"},
    help_row{"alt-Home alt-End", "the beginning, the end; Home and End when nothing is typed"},
    help_row{"alt-u", "the first unread message"},
    help_row{"alt-p alt-n", "previous, next mention"},
    help_row{"ctrl-↑ shift-↑", "choose a message: r reply, + react, e edit, d delete, t to what it answers,"},
    help_row{"", "            l link, c copy, space marks several, Esc ends"},
    help_row{"alt-l", "bare text to copy with the mouse"},
    help_row{"alt-m", "the mouse: ours or the terminal's"},
    help_row{"ctrl-l", "draw everything anew"},
    help_row{"", "Typing"},
    help_row{"alt-Enter ctrl-j", "a new line in the message"},
    help_row{"Tab shift-Tab", "complete commands, nicks, rooms, :emoji:"},
    help_row{"↑ ↓", "what was typed before"},
    help_row{"ctrl-a ctrl-e", "begin, end of the line; alt-b, alt-f by words"},
    help_row{"ctrl-w ctrl-u ctrl-k", "kill a word, to the begin, to the end; ctrl-y brings it back"},
    help_row{"ctrl-_", "undo"},
    help_row{"//text", "a message that begins with a slash"},
    help_row{"ctrl-z ctrl-c", "suspend; twice: leave"},
};

list_row row_of(const command_help& each) {
    return {.left = "/" + each.name,
            .text = each.usage.empty() ? each.summary : each.usage + " — " + each.summary};
}

void move_to(open_list& shown, std::ptrdiff_t step) {
    const auto last = static_cast<std::ptrdiff_t>(shown.what.rows.size()) - 1;
    const auto wanted = static_cast<std::ptrdiff_t>(shown.chosen) + step;
    shown.chosen =
        static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(wanted, 0, std::max<std::ptrdiff_t>(last, 0)));
}

void pick(state& of) {
    const open_list shown = *std::exchange(of.showing, std::nullopt);
    if (shown.chosen >= shown.what.rows.size()) return;
    const std::string& left = shown.what.rows[shown.chosen].left;
    if (!shown.is_help) return of.wish(picked{shown.what.id, shown.chosen});
    if (left.starts_with('/') && !left.starts_with("//")) set_input(of, left + " ");
}

}  // namespace

void show_list(state& of, list what) {
    if (what.rows.size() > limits::list_rows_max) what.rows.resize(limits::list_rows_max);
    if (of.showing && of.showing->what.id == what.id && !of.showing->is_help) {
        of.showing->what = std::move(what);
        move_to(*of.showing, 0);
        return;
    }
    of.showing = open_list{.what = std::move(what)};
}

void open_help(state& of, std::string_view command) {
    list rows{.title = "Help"};
    if (command.starts_with('/')) command.remove_prefix(1);
    const auto found = std::ranges::find(of.with.commands, command, &command_help::name);
    if (found != of.with.commands.end()) {
        rows.rows.push_back(row_of(*found));
    } else {
        rows.rows.push_back({.text = "Commands"});
        for (const command_help& each : of.with.commands) rows.rows.push_back(row_of(each));
        for (const help_row& each : help_rows) {
            rows.rows.push_back({.left = std::string{each.keys}, .text = std::string{each.what}});
        }
    }
    of.showing = open_list{.what = std::move(rows), .is_help = true};
}

bool press_list(state& of, const key& pressed) {
    if (!of.showing) return false;
    const auto page = static_cast<std::ptrdiff_t>(std::max<std::size_t>(of.drawn.list.rows, 2)) - 1;
    open_list& shown = *of.showing;
    const bool is_control = pressed.kind == key_kind::control;
    switch (pressed.kind) {
        case key_kind::up:
        case key_kind::wheel_up:
            move_to(shown, -1);
            return true;
        case key_kind::down:
        case key_kind::wheel_down:
            move_to(shown, 1);
            return true;
        case key_kind::page_up:
            move_to(shown, -page);
            return true;
        case key_kind::page_down:
            move_to(shown, page);
            return true;
        case key_kind::home:
            shown.chosen = 0;
            return true;
        case key_kind::end:
            move_to(shown, static_cast<std::ptrdiff_t>(limits::list_rows_max));
            return true;
        case key_kind::enter:
            pick(of);
            return true;
        case key_kind::click:
            if (!of.drawn.list.holds({pressed.column, pressed.row})) return true;
            shown.chosen = shown.top + pressed.row - of.drawn.list.row;
            pick(of);
            return true;
        case key_kind::escape:
        case key_kind::interrupt:
            of.showing.reset();
            return true;
        default:
            if (is_control && pressed.text == "n") move_to(shown, 1);
            if (is_control && pressed.text == "p") move_to(shown, -1);
            if (pressed.kind == key_kind::text && pressed.text == "q") of.showing.reset();
            return true;
    }
}

}  // namespace chat_client::view
