#include "chat-client/terminal/columns.hpp"
#include "chat-client/view/chosen.hpp"
#include "chat-client/view/lines.hpp"
#include "chat-client/view/picture.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace chat_client::view {

using terminal::area;
using terminal::clean_line;
using terminal::clean_name;
using terminal::grid;
using terminal::style;

namespace {

struct segment {
    std::string text;
    style look{};
    unsigned rank = 0;  // what has the greatest goes first when the line is too narrow
};

segment connection_of(const state& of) {
    const link_state& now = of.connection;
    const auto& looks = of.looks();
    const std::string server = clean_name(now.server);
    const std::string why = now.reason.empty() ? "" : ": " + clean_line(now.reason);
    switch (now.phase) {
        case link_phase::online: {
            const std::string latency =
                now.latency_ms ? " " + std::to_string(*now.latency_ms) + " ms" : std::string{};
            return {server + latency, looks.bar_quiet, 6};
        }
        case link_phase::connecting:
            return {"connecting to " + server, looks.bar_alert, 0};
        case link_phase::waiting: {
            const std::string again =
                now.retry_in_s ? ", again in " + std::to_string(*now.retry_in_s) + " s" : std::string{};
            return {"offline" + again + why, looks.bar_alert, 0};
        }
        case link_phase::refused:
            return {"refused" + why, looks.bar_alert, 0};
        case link_phase::offline:
        default:
            return {"offline" + why, looks.bar_alert, 0};
    }
}

std::string typing_text(const std::vector<std::string>& nicks) {
    if (nicks.empty()) return {};
    if (nicks.size() > 3) return "several people are typing…";
    std::string text;
    for (const std::string& each : nicks)
        text += (text.empty() ? "" : ", ") + terminal::cut(clean_name(each), 16);
    return text + (nicks.size() == 1 ? " is typing…" : " are typing…");
}

// Where something is unread, for when the list of rooms is folded away.
std::string active_rooms(const state& of) {
    constexpr std::size_t shown_max = 4;
    std::string text;
    std::size_t shown = 0;
    for (const bool calling : {true, false}) {
        for (std::size_t i = 0; i < of.rooms.size() && shown < shown_max; ++i) {
            const room& each = of.rooms[i].what;
            const bool calls = each.mentions > 0;
            if (each.key == of.focused().room() || calls != calling || each.unread == 0) continue;
            if (each.muted && !calls) continue;
            text += (text.empty() ? "" : " ") + std::to_string(i + 1) + ":" +
                    terminal::cut(clean_name(each.name), 12) +
                    (calls ? "@" + grouped(each.mentions) : " " + grouped(each.unread));
            ++shown;
        }
    }
    return text;
}

segment completeness_of(const state& of, const room& about) {
    if (about.last_n == 0) return {};
    if (about.complete_n >= about.last_n) {
        return {"complete to #" + grouped(about.last_n), of.looks().bar_quiet, 5};
    }
    const std::string text = "complete to #" + grouped(about.complete_n) + ", " +
                             grouped(about.last_n - about.complete_n) + " to come";
    return {text, of.looks().bar, 3};
}

std::vector<segment> chosen_segments(const state& of, const item& what) {
    const auto& looks = of.looks();
    std::string address = what.n > 0 ? "#" + std::to_string(what.n) + " " : "";
    std::vector<segment> segments{{address + clean_name(what.nick), looks.bar_strong, 0}};
    if (what.readers > 0) {
        segments.push_back(
            {"read by " + grouped(what.read_by) + " of " + grouped(what.readers), looks.bar, 3});
    }
    std::string keys = "r reply  + react  c copy  l link";
    if (what.own) keys += "  e edit  d delete";
    if (what.reply_to) keys += "  t to #" + std::to_string(what.reply_to->n);
    segments.push_back({keys, looks.bar, 1});
    segments.push_back({"space marks  Esc ends", looks.bar_quiet, 2});
    return segments;
}

std::vector<segment> segments_of(const state& of, bool rooms_hidden) {
    const auto& looks = of.looks();
    const room_view* const about = of.focused_room();
    std::vector<segment> segments{connection_of(of)};
    if (of.connection.slowed_for_s) {
        segments.push_back({"you are being slowed: " + std::to_string(*of.connection.slowed_for_s) + " s",
                            looks.bar_alert, 0});
    }
    if (of.connection.pending > 0) {
        segments.push_back({grouped(of.connection.pending) + " pending", looks.bar_strong, 1});
    }
    if (of.connection.away) segments.push_back({"away", looks.bar_strong, 4});
    if (about != nullptr) {
        segments.push_back(completeness_of(of, about->what));
        if (about->what.slow_mode_s > 0) {
            const std::string every = std::to_string(about->what.slow_mode_s);
            segments.push_back({"slow mode " + every + " s", looks.bar_quiet, 7});
        }
    }
    if (rooms_hidden) segments.push_back({active_rooms(of), looks.bar_strong, 2});
    if (about != nullptr) segments.push_back({typing_text(about->typing), looks.bar, 4});
    return segments;
}

}  // namespace

void draw_topic(const state& of, grid& on, const area& where, std::size_t pane_index) {
    const auto& looks = of.looks();
    on.fill(where, looks.bar);
    const room_view* const about = of.find(of.panes[pane_index].room());
    if (about == nullptr) return;
    const bool focused = pane_index == of.focus;
    const room& shown = about->what;
    std::size_t column = where.column + 1;
    const std::size_t end = where.column + where.columns - 1;
    std::string people;
    if (shown.member_count > 0 && where.columns >= 40) people = counted(shown.member_count, "member");
    const std::size_t behind = people.empty() ? 0 : people.size() + 2;
    column += on.put({column, where.row}, end - column, terminal::cut(clean_name(shown.name), end - column),
                     focused ? looks.bar_strong : looks.bar);
    const std::size_t left = end - column > behind + 2 ? end - column - behind - 2 : 0;
    if (left > 0) {
        on.put({column + 2, where.row}, left, terminal::cut(clean_line(shown.topic), left), looks.bar_quiet);
    }
    if (behind > 0 && end > column + behind) {
        on.put({end - people.size(), where.row}, people.size(), people, looks.bar_quiet);
    }
}

void draw_status(const state& of, grid& on, const area& where, bool rooms_hidden) {
    const auto& looks = of.looks();
    on.fill(where, looks.bar);
    const item* const chosen = chosen_item(of);
    std::vector<segment> segments =
        chosen != nullptr ? chosen_segments(of, *chosen) : segments_of(of, rooms_hidden);
    std::erase_if(segments, [](const segment& each) { return each.text.empty(); });
    const std::string more = of.focused().follows() ? "" : "more below ↓ ";
    const std::size_t behind = terminal::columns_of(more);
    const auto wide = [&] {
        std::size_t columns = 1 + behind;
        for (const segment& each : segments) columns += terminal::columns_of(each.text) + 3;
        return columns;
    };
    while (segments.size() > 1 && wide() > where.columns + 2) {
        // Of equals the last one goes.
        auto least = segments.begin();
        for (auto each = segments.begin(); each != segments.end(); ++each) {
            if (each->rank >= least->rank) least = each;
        }
        segments.erase(least);
    }
    std::size_t column = where.column + 1;
    const std::size_t end = where.column + where.columns - std::min(behind, where.columns);
    for (std::size_t i = 0; i < segments.size() && column < end; ++i) {
        if (i > 0) column += on.put({column, where.row}, end - column, " · ", looks.bar_quiet);
        const std::string text = terminal::cut(segments[i].text, end - column);
        column += on.put({column, where.row}, end - column, text, segments[i].look);
    }
    on.put({end, where.row}, behind, more, looks.bar_strong);
}

}  // namespace chat_client::view
