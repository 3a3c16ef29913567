#include "chat-client/view/navigation.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chat_client::view {
namespace {

std::ptrdiff_t index_of(const state& of, std::string_view key) {
    const auto found =
        std::ranges::find_if(of.rooms, [key](const room_view& each) { return each.what.key == key; });
    return found == of.rooms.end() ? -1 : std::distance(of.rooms.begin(), found);
}

bool is_shown(const state& of, std::string_view key) {
    return std::ranges::any_of(of.panes, [key](const pane& each) { return each.room() == key; });
}

void tell_draft(state& of, room_view& about) {
    if (about.draft == about.told_draft) return;
    about.told_draft = about.draft;
    of.wish(draft{about.what.key, about.draft});
}

// The room looked at longest ago gives its window up.
void limit_windows(state& of) {
    const auto is_idle = [&](const room_view& each) {
        return each.log.loaded() && !is_shown(of, each.what.key);
    };
    const auto held = static_cast<std::size_t>(
        std::ranges::count_if(of.rooms, [](const room_view& each) { return each.log.loaded(); }));
    if (held < limits::windows_max) return;
    room_view* oldest = nullptr;
    for (room_view& each : of.rooms) {
        if (is_idle(each) && (oldest == nullptr || each.last_used < oldest->last_used)) oldest = &each;
    }
    if (oldest != nullptr) oldest->log.forget();
}

void leave_room(state& of) {
    keep_draft(of);
    room_view* const left = of.focused_room();
    if (left == nullptr) return;
    of.previous_room = left->what.key;
    if (std::ranges::count(of.panes, left->what.key, &pane::room) < 2) left->marker.reset();
}

void enter_room(state& of, room_view& entered) {
    limit_windows(of);
    entered.last_used = ++of.clock;
    if (!is_shown(of, entered.what.key) && entered.what.unread > 0) entered.marker = entered.what.read_seq;
    of.focused().look_at(entered.what.key);
    of.editor.take();
    of.editor.set(entered.draft);
    of.completing.reset();
    of.members_top = 0;
    entered.log.reveal();
    of.wish(opened{entered.what.key});
}

// Calls with the pane, its room and how it was drawn.
template <class Act>
void in_pane(state& of, std::size_t index, Act act) {
    if (index >= of.panes.size()) return;
    pane& shown = of.panes[index];
    room_view* const about = of.find(shown.room());
    if (about == nullptr) return;
    std::size_t columns = of.size.columns;
    for (const drawn_pane& each : of.drawn.panes) {
        if (each.index == index) columns = each.lines.columns;
    }
    const line_maker make = of.maker(*about, columns);
    act(shown, *about, of.scene_of(shown, *about, make));
}

}  // namespace

void keep_draft(state& of) {
    room_view* const about = of.focused_room();
    if (about == nullptr) return;
    about->draft = of.editor.text();
    tell_draft(of, *about);
}

void open_room(state& of, std::string_view key) {
    const std::ptrdiff_t index = index_of(of, key);
    if (index < 0 || of.focused().room() == key) return;
    const std::string wanted{key};
    leave_room(of);
    enter_room(of, of.rooms[static_cast<std::size_t>(index)]);
}

void open_number(state& of, std::size_t number) {
    if (number < of.rooms.size()) open_room(of, of.rooms[number].what.key);
}

void open_next(state& of, std::ptrdiff_t step) {
    if (of.rooms.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(of.rooms.size());
    const std::ptrdiff_t here = std::max<std::ptrdiff_t>(index_of(of, of.focused().room()), 0);
    open_number(of, static_cast<std::size_t>((here + step + count) % count));
}

void open_active(state& of) {
    const auto count = static_cast<std::ptrdiff_t>(of.rooms.size());
    const std::ptrdiff_t here = index_of(of, of.focused().room());
    for (const bool only_mentions : {true, false}) {
        for (std::ptrdiff_t step = 1; step <= count; ++step) {
            const room& each = of.rooms[static_cast<std::size_t>((here + step + count) % count)].what;
            if (each.key == of.focused().room()) continue;
            const bool calls = only_mentions ? each.mentions > 0 : each.unread > 0 && !each.muted;
            if (calls) return open_room(of, each.key);
        }
    }
    of.hint = "nothing is unread";
}

void open_previous(state& of) {
    const std::string key = of.previous_room;
    open_room(of, key);
}

void split(state& of, std::string_view key) {
    if (key.empty()) {
        if (of.panes.size() == 1) return;
        const std::string kept = of.focused().room();
        of.panes.erase(of.panes.begin() + (of.focus == 0 ? 1 : 0));
        of.focus = 0;
        return;
    }
    if (of.find(key) == nullptr) return;
    if (of.panes.size() == 1) of.panes.emplace_back();
    leave_room(of);
    of.focus = 1;
    if (room_view* const entered = of.find(key)) enter_room(of, *entered);
}

void focus_pane(state& of, std::size_t index) {
    if (index >= of.panes.size() || index == of.focus) return;
    keep_draft(of);
    of.focus = index;
    of.completing.reset();
    const room_view* const about = of.focused_room();
    of.editor.take();
    of.editor.set(about != nullptr ? about->draft : "");
}

void scroll(state& of, std::size_t pane_index, std::ptrdiff_t lines) {
    in_pane(of, pane_index, [lines](pane& shown, room_view& about, const scene& drawn) {
        about.log.retry();
        if (lines < 0) about.log.reveal();
        shown.choose({});
        shown.set_mark({});
        shown.scroll(drawn, lines);
    });
}

void scroll_pages(state& of, std::ptrdiff_t half_pages) {
    in_pane(of, of.focus, [half_pages](pane& shown, room_view& about, const scene& drawn) {
        about.log.retry();
        about.log.reveal();
        // Two lines of the last page stay in sight.
        const auto page = static_cast<std::ptrdiff_t>(std::max<std::size_t>(drawn.rows, 4) - 2);
        shown.scroll(drawn, half_pages * page / 2);
    });
}

void to_oldest(state& of) {
    in_pane(of, of.focus, [&](pane& shown, room_view& about, const scene&) {
        about.log.retry();
        about.log.reveal();
        if (!about.log.oldest()) of.ask_for(about, fetch_from::around_seq, 1);
        shown.choose({});
        shown.set_mark({});
        shown.to_oldest();
    });
}

void to_newest(state& of) {
    in_pane(of, of.focus, [&](pane& shown, room_view& about, const scene&) {
        if (about.log.loaded() && !about.log.newest()) of.ask_for(about, fetch_from::newest, 0);
        shown.choose({});
        shown.set_mark({});
        shown.to_newest();
    });
}

void to_marker(state& of) {
    in_pane(of, of.focus, [&](pane& shown, room_view& about, const scene& drawn) {
        if (!about.marker) return;
        const std::uint64_t first = *about.marker + 1;
        if (about.log.loaded() && (first >= about.log.from_seq() || about.log.oldest())) {
            shown.show_from({first, 0});
            shown.scroll(drawn, -1);
        } else {
            about.to_marker = true;
            of.ask_for(about, fetch_from::around_seq, first);
        }
    });
}

void to_mention(state& of, bool up) {
    in_pane(of, of.focus, [&](pane& shown, room_view& about, const scene&) {
        const auto start = shown.chosen().value_or(up ? position{~std::uint64_t{0}, 0} : shown.top());
        auto at = about.log.at_or_after(start);
        while (at != (up ? about.log.begin() : about.log.end())) {
            if (up) --at;
            if (at->second.what.mention && at->first != start) return shown.choose(at->first);
            if (!up) ++at;
        }
        of.hint = up ? "no earlier mention here" : "no later mention here";
    });
}

void go_to(state& of, std::string_view key, std::uint64_t n) {
    const std::string wanted{key.empty() ? of.focused().room() : key};
    open_room(of, wanted);
    in_pane(of, of.focus, [&](pane& shown, room_view& about, const scene&) {
        if (shown.room() != wanted) return;
        about.log.reveal();
        shown.choose({});
        shown.set_mark({});
        shown.go_to(n);
        if (!about.log.loaded() || about.log.find_message(n) == about.log.end()) {
            of.ask_for(about, fetch_from::around_n, n);
        }
    });
}

void replace_rooms(state& of, std::vector<room> rooms) {
    std::vector<room_view> kept;
    kept.reserve(rooms.size());
    for (room& each : rooms) {
        if (room_view* const known = of.find(each.key)) {
            known->what = std::move(each);
            kept.push_back(std::move(*known));
            known->what.key.clear();
        } else {
            kept.push_back({.what = std::move(each)});
        }
    }
    of.rooms = std::move(kept);
    for (std::size_t i = of.panes.size(); i-- > 0;) {
        if (of.find(of.panes[i].room()) != nullptr) continue;
        if (of.panes.size() > 1) {
            of.panes.erase(of.panes.begin() + static_cast<std::ptrdiff_t>(i));
            of.focus = 0;
            if (const room_view* const about = of.focused_room()) of.editor.set(about->draft);
        } else if (!of.rooms.empty()) {
            const std::ptrdiff_t previous = index_of(of, of.previous_room);
            enter_room(of, of.rooms[static_cast<std::size_t>(std::max<std::ptrdiff_t>(previous, 0))]);
        } else {
            of.panes[0].look_at("");
        }
    }
}

void update_room(state& of, room what) {
    if (room_view* const known = of.find(what.key)) {
        known->what = std::move(what);
        return;
    }
    of.rooms.push_back({.what = std::move(what)});
    if (of.focused().room().empty()) enter_room(of, of.rooms.back());
}

void take_page(state& of, page with) {
    room_view* const about = of.find(with.room);
    if (about == nullptr) return;
    const bool answers = about->log.put(std::move(with));
    position keep{about->log.to_seq(), 0};
    for (pane& each : of.panes) {
        if (each.room() != about->what.key) continue;
        if (!each.follows()) keep = each.top();
        if (!answers) continue;
        if (const auto n = each.wanted(); n && about->log.find_message(*n) == about->log.end()) {
            of.hint = "there is no message #" + std::to_string(*n);
            each.to_newest();
        }
        if (std::exchange(about->to_marker, false) && about->marker) each.show_from({*about->marker + 1, 0});
        keep = each.follows() ? position{about->log.to_seq(), 0} : each.top();
    }
    about->log.trim(keep);
}

// What comes while nobody looks stands below the "new messages" line.
void look_away(state& of) {
    for (const pane& each : of.panes) {
        room_view* const about = of.find(each.room());
        if (about != nullptr && each.follows() && about->log.newest()) about->marker = about->log.to_seq();
    }
}

}  // namespace chat_client::view
