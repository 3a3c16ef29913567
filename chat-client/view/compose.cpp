#include "chat-client/view/compose.hpp"

#include "chat-client/terminal/emoji.hpp"
#include "chat-client/view/lines.hpp"
#include "chat-client/view/navigation.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chat_client::view {
namespace {

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \n") == std::string::npos;
}

// Those who spoke last come first.
std::vector<std::string> likely_nicks(const room_view& of) {
    std::vector<std::string> nicks;
    const auto add = [&](const std::string& nick) {
        if (!nick.empty() && std::ranges::find(nicks, nick) == nicks.end()) nicks.push_back(nick);
    };
    constexpr std::size_t speakers_max = 30;
    for (auto at = of.log.end(); at != of.log.begin() && nicks.size() < speakers_max;) {
        --at;
        if (at->second.kind == entry_kind::logged && !at->second.what.own) add(at->second.what.nick);
    }
    const std::size_t speakers = nicks.size();
    for (const member& each : of.members) {
        const auto last = nicks.begin() + static_cast<std::ptrdiff_t>(speakers);
        if (std::find(nicks.begin(), last, each.nick) == last) nicks.push_back(each.nick);
    }
    return nicks;
}

completion_sources sources(const state& of) {
    completion_sources from{.commands = of.with.commands};
    for (const room_view& each : of.rooms) from.rooms.push_back(each.what.name);
    for (const std::string& each : of.known_rooms) {
        if (std::ranges::find(from.rooms, each) == from.rooms.end()) from.rooms.push_back(each);
    }
    if (const room_view* const about = of.focused_room()) from.nicks = likely_nicks(*about);
    return from;
}

void send(state& of, std::string text) {
    room_view* const about = of.focused_room();
    if (about == nullptr) {
        of.hint = "no room is open: /join ROOM";
        of.editor.set(std::move(text));
        return;
    }
    about->marker.reset();
    of.focused().to_newest();
    of.wish(post{about->what.key, terminal::expand_emoji(text)});
}

}  // namespace

void set_input(state& of, std::string text) {
    of.editor.set(std::move(text));
    of.completing.reset();
}

void submit(state& of) {
    of.completing.reset();
    if (is_blank(of.editor.text())) return;
    std::string text = of.editor.take();
    of.history.add(text);
    keep_draft(of);
    if (is_command(text)) return of.wish(command{of.focused().room(), std::move(text)});
    if (text.starts_with("//")) text.erase(0, 1);
    send(of, std::move(text));
}

void complete_word(state& of, bool back) {
    if (of.completing) {
        cycle& tried = *of.completing;
        const std::size_t count = tried.offered.candidates.size();
        tried.chosen = (tried.chosen + (back ? count - 1 : 1)) % count;
    } else {
        completion found = complete(of.editor.text(), of.editor.cursor(), sources(of));
        if (found.candidates.empty()) return;
        const std::size_t from = found.from;
        of.completing = cycle{.offered = std::move(found), .chosen = 0, .from = from};
    }
    const cycle& tried = *of.completing;
    of.editor.replace_before_cursor(tried.from, tried.offered.candidates[tried.chosen].text);
    if (tried.offered.candidates.size() == 1) of.completing.reset();
}

void recall(state& of, bool older) {
    auto line = older ? of.history.older(of.editor.text()) : of.history.newer();
    if (line) set_input(of, *std::move(line));
}

void typed(state& of) {
    of.completing.reset();
    const room_view* const about = of.focused_room();
    if (about != nullptr && !of.editor.empty() && !is_command(of.editor.text()))
        of.wish(typing{about->what.key});
}

void paste(state& of, std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    if (of.editor.text().size() + text.size() > of.editor.bytes_max()) {
        of.hint = "that is too long: a message takes " + grouped(of.editor.bytes_max()) + " bytes";
        return;
    }
    of.completing.reset();
    if (lines > 1) {
        of.pasted = pasted_text{.text = std::move(text), .lines = lines};
    } else {
        of.editor.insert(text);
    }
}

void answer_paste(state& of, paste_answer answer) {
    if (!of.pasted) return;
    const std::string text = std::exchange(of.pasted, std::nullopt)->text;
    if (answer == paste_answer::drop) return;
    of.editor.insert(text);
    if (answer == paste_answer::edit) return;
    // Text that begins with a slash is text: nobody typed an order.
    std::string whole = of.editor.take();
    keep_draft(of);
    if (!is_blank(whole)) send(of, std::move(whole));
}

std::vector<offer_row> offers(const state& of, std::size_t rows_max) {
    std::vector<offer_row> rows;
    if (rows_max == 0) return rows;
    if (!of.hint.empty()) return {{of.hint}};
    const std::string& text = of.editor.text();
    const auto show = [&](const completion& found, std::size_t chosen, bool any_chosen) {
        const std::size_t count = found.candidates.size();
        const std::size_t shown = std::min(count, rows_max);
        const std::size_t first = std::min(chosen - std::min(chosen, shown / 2), count - shown);
        for (std::size_t i = first; i < first + shown; ++i) {
            const candidate& each = found.candidates[i];
            rows.push_back({each.shown, each.help, any_chosen && i == chosen});
        }
    };
    if (of.completing) {
        show(of.completing->offered, of.completing->chosen, true);
    } else if (const command_help* const command = command_of(text, of.with.commands)) {
        rows.push_back({"/" + command->name + " " + command->usage, command->summary});
    } else if (is_command(text) && of.editor.cursor() == text.size()) {
        show(complete(text, text.size(), {of.with.commands}), 0, false);
    }
    return rows;
}

}  // namespace chat_client::view
