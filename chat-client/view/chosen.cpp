#include "chat-client/view/chosen.hpp"

#include "chat-client/view/compose.hpp"
#include "chat-client/view/lines.hpp"
#include "chat-client/view/navigation.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace chat_client::view {

using terminal::key;
using terminal::key_kind;

namespace {

bool is_said(const item& what) {
    return what.kind == item_kind::message || what.kind == item_kind::emote;
}

// One message: its text. Several: with who said it.
std::string chosen_text(const state& of) {
    const room_view* const about = of.focused_room();
    const auto at = of.focused().chosen();
    if (about == nullptr || !at) return {};
    const position other = of.focused().mark().value_or(*at);
    const bool is_one = other == *at;
    std::string text;
    const auto begin = about->log.at_or_after(std::min(*at, other));
    for (auto each = begin; each != about->log.end() && each->first <= std::max(*at, other); ++each) {
        const item& what = each->second.what;
        if (each->second.kind != entry_kind::logged || !is_said(what) || what.deleted) continue;
        if (!text.empty()) text += '\n';
        if (!is_one) text += what.nick + (what.kind == item_kind::emote ? " " : ": ");
        text += what.text;
    }
    return text;
}

void copy(state& of, std::string text) {
    if (text.empty()) return;
    const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n')) + 1;
    of.hint = "copied " + counted(lines, "line") + ": ctrl-y puts it into the input";
    of.editor.keep(text);
    of.wish(copied{std::move(text)});
    let_go(of);
}

void begin_command(state& of, std::string text) {
    let_go(of);
    set_input(of, std::move(text));
}

bool press_letter(state& of, const item& what, char letter) {
    const std::string n = std::to_string(what.n);
    const bool is_message = is_said(what) && what.n > 0;
    switch (letter) {
        case 'c':
        case 'y':
            copy(of, chosen_text(of));
            return true;
        case ' ':
        case 'v':
            of.focused().set_mark(of.focused().mark() ? std::nullopt : of.focused().chosen());
            return true;
        case 'k':
        case 'i':
            choose_message(of, true);
            return true;
        case 'j':
            choose_message(of, false);
            return true;
        case 'q':
            let_go(of);
            return true;
        case 't':
            if (what.reply_to) go_to(of, {}, what.reply_to->n);
            return true;
        case 'l':
            if (is_message) copy(of, of.with.link_base + of.focused().room() + "#" + n);
            return true;
        case 'r':
            if (is_message) begin_command(of, "/reply " + n + " ");
            return true;
        case '+':
            if (is_message) begin_command(of, "/react " + n + " :");
            return true;
        case 'e':
            if (is_message && what.own && !what.deleted) begin_command(of, "/edit " + n + " " + what.text);
            return true;
        case 'd':
            if (is_message && !what.deleted) begin_command(of, "/delete " + n);
            return true;
        default:
            return false;
    }
}

}  // namespace

void let_go(state& of) {
    of.focused().choose({});
    of.focused().set_mark({});
}

const item* chosen_item(const state& of) {
    const room_view* const about = of.focused_room();
    const auto at = of.focused().chosen();
    if (about == nullptr || !at) return nullptr;
    const auto found = about->log.at_or_after(*at);
    return found != about->log.end() && found->first == *at ? &found->second.what : nullptr;
}

void choose_message(state& of, bool up) {
    room_view* const about = of.focused_room();
    if (about == nullptr) return;
    about->log.retry();
    of.focused().choose_next(about->log, up);
}

void choose_at(state& of, const position& at) {
    const bool again = of.focused().chosen() == at;
    of.focused().set_mark({});
    of.focused().choose(at);
    if (again || chosen_item(of) == nullptr) let_go(of);
}

bool press_chosen(state& of, const key& pressed) {
    const item* const what = chosen_item(of);
    if (what == nullptr) {
        let_go(of);
        return false;
    }
    switch (pressed.kind) {
        case key_kind::up:
        case key_kind::down:
            if (pressed.alt) return false;
            choose_message(of, pressed.kind == key_kind::up);
            return true;
        case key_kind::page_up:
        case key_kind::page_down:
            scroll_pages(of, pressed.kind == key_kind::page_up ? -2 : 2);
            of.focused().choose(of.focused().top());
            return true;
        case key_kind::enter:
            if (what->reply_to) {
                go_to(of, {}, what->reply_to->n);
            } else {
                copy(of, chosen_text(of));
            }
            return true;
        case key_kind::escape:
        case key_kind::interrupt:
            let_go(of);
            return true;
        case key_kind::text:
            if (!pressed.alt && pressed.text.size() == 1 && press_letter(of, *what, pressed.text.front())) {
                return true;
            }
            if (pressed.alt) return false;
            let_go(of);  // whoever goes on typing is done with it
            return false;
        default:
            return false;
    }
}

}  // namespace chat_client::view
