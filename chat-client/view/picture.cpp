#include "chat-client/view/picture.hpp"

#include "chat-client/terminal/columns.hpp"
#include "chat-client/view/compose.hpp"
#include "chat-client/view/navigation.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::view {

using terminal::area;
using terminal::grid;
using terminal::style;

namespace {

constexpr std::size_t rooms_from_columns = 60;
constexpr std::size_t members_from_columns = 100;
// More is asked for when fewer entries than this are left beyond the edge of the screen.
constexpr std::size_t reserve_entries = 40;

struct prompt {
    std::string text;
    std::size_t columns = 0;
};

prompt prompt_of(const state& of) {
    std::string nick = terminal::cut(terminal::clean_name(of.connection.nick), 12);
    prompt made{.text = of.size.columns < 50 || nick.empty() ? "> " : "[" + nick + "] "};
    made.columns = terminal::columns_of(made.text);
    return made;
}

std::size_t longest_name(const state& of) {
    std::size_t longest = 0;
    for (const room_view& each : of.rooms) {
        longest = std::max(longest, terminal::columns_of(terminal::clean_name(each.what.name)));
    }
    return longest;
}

bool shows_members(const state& of) {
    const room_view* const about = of.focused_room();
    if (about == nullptr || about->members.empty()) return false;
    if (of.members_panel != panel_wish::by_width) return of.members_panel == panel_wish::shown;
    const bool has_people = about->what.kind == room_kind::open || about->what.kind == room_kind::closed;
    return has_people && of.size.columns >= members_from_columns;
}

bool shows_rooms(const state& of) {
    if (of.rooms.empty()) return false;
    if (of.rooms_panel != panel_wish::by_width) return of.rooms_panel == panel_wish::shown;
    return of.size.columns >= rooms_from_columns;
}

void draw_lines(state& of, grid& on, const area& where, drawn_pane& drawn, const pane_picture& shown) {
    const style& chosen = of.looks().chosen;
    const pane& from = of.panes[drawn.index];
    const std::size_t count = std::min(shown.lines.size(), where.rows);
    for (std::size_t i = 0; i < count; ++i) {
        const pane_line& each = shown.lines[i];
        const std::size_t row = where.row + where.rows - count + i;
        const bool is_chosen = from.is_chosen(each.at);
        if (is_chosen) on.fill({where.column, row, where.columns, 1}, chosen);
        std::size_t column = where.column;
        for (const span& part : each.what.spans) {
            style look = part.look;
            if (is_chosen) {
                look.ground = chosen.ground;
                look.reversed = chosen.reversed;
                if (look == style{.ground = chosen.ground}) look.ink = chosen.ink;
            }
            column += on.put({column, row}, where.column + where.columns - column, part.text, look);
        }
        drawn.rows.insert(drawn.rows.begin(), each.at);
    }
}

bool is_near_begin(const timeline& log, const position& at) {
    auto reached = log.begin();
    for (std::size_t i = 0; i < reserve_entries && reached != log.end(); ++i) ++reached;
    return reached == log.end() || at < reached->first;
}

bool is_near_end(const timeline& log, const position& at) {
    auto reached = log.end();
    for (std::size_t i = 0; i < reserve_entries && reached != log.begin(); ++i) --reached;
    return reached == log.begin() || at > reached->first;
}

void ask_for_more(state& of, const pane& shown, room_view& about, const pane_picture& picture) {
    timeline& log = about.log;
    if (!log.loaded()) {
        if (shown.wanted()) return of.ask_for(about, fetch_from::around_n, *shown.wanted());
        return of.ask_for(about, fetch_from::newest, 0);
    }
    if (shown.follows() && !log.newest()) of.ask_for(about, fetch_from::newest, 0);
    const bool is_empty = picture.lines.empty();
    if (!log.oldest() && (is_empty || is_near_begin(log, picture.lines.front().at))) {
        of.ask_for(about, fetch_from::before_seq, log.from_seq());
    }
    if (!log.newest() && (is_empty || is_near_end(log, picture.lines.back().at))) {
        of.ask_for(about, fetch_from::after_seq, log.to_seq());
    }
}

void tell_holes(state& of, room_view& about, const pane_picture& picture) {
    std::vector<std::uint64_t> visible;
    for (const pane_line& each : picture.lines) {
        const auto at = about.log.at_or_after(each.at);
        if (at == about.log.end() || at->first != each.at || at->second.kind != entry_kind::logged) continue;
        const item& what = at->second.what;
        if (what.kind != item_kind::hole || std::ranges::find(visible, what.seq) != visible.end()) continue;
        visible.push_back(what.seq);
        if (std::ranges::find(about.holes_told, what.seq) != about.holes_told.end()) continue;
        of.wish(fill_hole{about.what.key, what.seq, what.last_seq});
    }
    about.holes_told = std::move(visible);
}

void tell_read(state& of, const pane& shown, room_view& about, const pane_picture& picture) {
    if (!of.watched || of.showing || !about.log.loaded() || shown.wanted()) return;
    std::uint64_t seq = 0;
    if (shown.follows() && about.log.newest()) {
        seq = about.log.to_seq();
    } else if (!picture.lines.empty()) {
        seq = std::min(picture.lines.back().at.seq, about.log.to_seq());
    }
    if (seq <= std::max(about.told_read, about.what.read_seq)) return;
    about.told_read = seq;
    of.wish(read_up_to{about.what.key, seq});
}

void draw_pane(state& of, grid& on, area where, std::size_t index) {
    pane& shown = of.panes[index];
    room_view* const about = of.find(shown.room());
    if (!of.bare && where.rows >= 4) {
        draw_topic(of, on, {where.column, where.row, where.columns, 1}, index);
        ++where.row;
        --where.rows;
    }
    const auto say = [&](const std::string& text) {
        on.put({where.column + 1, where.row + where.rows - 1}, where.columns - 1, text, of.looks().quiet);
    };
    // A hint covers no message; what is offered while somebody types does.
    if (index == of.focus && !of.bare && !of.hint.empty() && where.rows > 1) --where.rows;
    if (where.rows == 0 || where.columns < 2) return;
    if (about == nullptr) return say("No room is open. /join ROOM opens one, F1 helps.");
    of.drawn.panes.push_back({.index = index, .lines = where});
    const line_maker make = of.maker(*about, where.columns);
    const scene drawn{.log = about->log, .make = make, .rows = where.rows, .marker = about->marker};
    const pane_picture picture = shown.layout(drawn);
    if (picture.lines.empty()) say(about->log.loaded() ? "Nothing was said here yet." : "…");
    draw_lines(of, on, where, of.drawn.panes.back(), picture);
    ask_for_more(of, shown, *about, picture);
    tell_holes(of, *about, picture);
    tell_read(of, shown, *about, picture);
}

void draw_offers(const state& of, grid& on, const area& over) {
    const std::size_t rows_max = std::min<std::size_t>(over.rows > 2 ? over.rows - 2 : over.rows, 10);
    const std::vector<offer_row> rows = offers(of, rows_max);
    std::size_t left = 0;
    for (const offer_row& each : rows) {
        left = std::max(left, terminal::columns_of(terminal::clean_line(each.text)));
    }
    left = std::min(left, over.columns > 2 ? over.columns - 2 : 1);
    const auto& looks = of.looks();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t row = over.row + over.rows - rows.size() + i;
        const bool chosen = rows[i].chosen;
        on.fill({over.column, row, over.columns, 1}, chosen ? looks.popup_chosen : looks.popup);
        on.put({over.column + 1, row}, left, rows[i].text, chosen ? looks.popup_chosen : looks.popup_strong);
        if (left + 4 >= over.columns) continue;
        on.put({over.column + left + 3, row}, over.columns - left - 4, rows[i].help,
               chosen ? looks.popup_chosen : looks.popup_quiet);
    }
}

void draw_input(const state& of, grid& on, const area& where, const terminal::typed_text& text) {
    const prompt before = prompt_of(of);
    const std::size_t first =
        text.cursor_line + 1 > where.rows ? text.cursor_line + 1 - where.rows : std::size_t{0};
    const auto& looks = of.looks();
    for (std::size_t i = 0; i < where.rows && first + i < text.lines.size(); ++i) {
        const std::size_t row = where.row + i;
        const bool continues = first + i > 0;
        on.put({where.column, row}, before.columns,
               continues ? std::string(before.columns - 2, ' ') + "┆ " : before.text,
               continues || of.connection.away ? looks.quiet : looks.own);
        on.put({where.column + before.columns, row}, where.columns - before.columns, text.lines[first + i],
               looks.normal);
    }
    const std::size_t column = where.column + before.columns + text.cursor_column;
    if (of.showing || of.pasted || of.asked || of.focused().chosen()) return;
    on.place_cursor(
        terminal::place{std::min(column, of.size.columns - 1), where.row + text.cursor_line - first});
}

void draw_bare(state& of, grid& on) {
    area where{0, 0, of.size.columns, of.size.rows - 1};
    draw_pane(of, on, where, of.focus);
    on.put({0, of.size.rows - 1}, of.size.columns, "bare text · ctrl-↑ chooses, c copies · alt-l ends",
           of.looks().quiet);
}

}  // namespace

layout lay_out(const state& of, std::size_t input_lines) {
    const auto [columns, rows] = of.size;
    layout made;
    const std::size_t input_max = std::clamp<std::size_t>(rows / 3, 1, 8);
    const std::size_t input_rows = std::clamp<std::size_t>(input_lines, 1, input_max);
    const std::size_t status_rows = rows >= 3 ? 1 : 0;
    const std::size_t body_rows = rows - input_rows - status_rows;
    made.input = {0, rows - input_rows, columns, input_rows};
    made.status = {0, body_rows, columns, status_rows};
    made.body = {0, 0, columns, body_rows};
    area middle = made.body;
    if (shows_rooms(of)) {
        const std::size_t widest = std::clamp<std::size_t>(columns / 5, 12, 24);
        const std::size_t wide = std::clamp<std::size_t>(longest_name(of) + 8, 12, widest);
        made.rooms = {0, 0, wide, body_rows};
        middle.column += wide + 1;
        middle.columns -= wide + 1;
    }
    if (shows_members(of)) {
        const std::size_t wide = std::clamp<std::size_t>(columns / 8, 8, 18);
        middle.columns -= std::min(wide + 1, middle.columns);
        made.members = {middle.column + middle.columns + 1, 0, wide, body_rows};
    }
    if (of.panes.size() == 2 && body_rows >= 8) {
        const std::size_t upper = body_rows / 2;
        made.panes = {{middle.column, 0, middle.columns, upper},
                      {middle.column, upper, middle.columns, body_rows - upper}};
    } else {
        made.panes = {middle};
    }
    return made;
}

grid draw(state& of) {
    grid on{of.size};
    of.drawn = {};
    if (of.size.rows < 2 || of.size.columns < 8) return on;
    if (of.bare) {
        draw_bare(of, on);
        return on;
    }
    const prompt before = prompt_of(of);
    const auto text = terminal::laid_out(of.editor.text(), of.editor.cursor(),
                                         of.size.columns - std::min(of.size.columns, before.columns));
    const layout where = lay_out(of, text.lines.size());
    const bool both = where.panes.size() == 2;
    for (std::size_t i = 0; i < where.panes.size(); ++i)
        draw_pane(of, on, where.panes[i], both ? i : of.focus);
    if (where.rooms.columns > 0) draw_rooms(of, on, where.rooms);
    if (where.members.columns > 0) draw_members(of, on, where.members);
    draw_offers(of, on, where.panes[both ? of.focus : 0]);
    if (of.showing) draw_list(of, on, where.body);
    if (of.asked || of.pasted) draw_question(of, on, where.body);
    if (where.status.rows > 0) draw_status(of, on, where.status, where.rooms.columns == 0);
    draw_input(of, on, where.input, text);
    return on;
}

}  // namespace chat_client::view
