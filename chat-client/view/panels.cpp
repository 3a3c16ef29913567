#include "chat-client/terminal/columns.hpp"
#include "chat-client/view/lines.hpp"
#include "chat-client/view/picture.hpp"

#include <algorithm>

namespace chat_client::view {

using terminal::area;
using terminal::grid;
using terminal::style;

namespace {

void draw_edge(grid& on, std::size_t column, const area& beside, const style& look) {
    for (std::size_t row = beside.row; row < beside.row + beside.rows; ++row)
        on.put({column, row}, 1, "│", look);
}

std::string_view sign_of(role rank) {
    return rank == role::owner ? "&" : rank == role::op ? "@" : " ";
}

void draw_room(const state& of, grid& on, const area& where, std::size_t number) {
    const auto& looks = of.looks();
    const room& shown = of.rooms[number].what;
    const bool open = of.focused().room() == shown.key;
    const bool calls = shown.mentions > 0 && !open;
    style look = looks.quiet;
    if (shown.unread > 0 && !shown.muted) look = looks.unread;
    if (calls) look = looks.called;
    style count_look = calls ? looks.called : shown.muted ? looks.quiet : looks.unread;
    style number_look = looks.quiet;
    if (open) {
        on.fill(where, looks.chosen);
        look = count_look = number_look = looks.chosen;
    }
    std::string count;
    if (shown.unread > 0) count = grouped(shown.unread);
    if (shown.mentions > 0) count = "@" + grouped(shown.mentions) + (count.empty() ? "" : " " + count);
    if (shown.kind == room_kind::direct && shown.mentions > 0) count = "@" + grouped(shown.mentions);
    const std::size_t count_columns = std::min(count.size(), where.columns / 2);
    on.put({where.column, where.row}, 2,
           terminal::padded_left(number < 99 ? std::to_string(number + 1) : "", 2), number_look);
    const std::size_t used = 3;
    const std::size_t left = where.columns - std::min(where.columns, used + count_columns + 1);
    const std::string name = terminal::cut(terminal::clean_name(shown.name), left);
    if (!shown.joined) look.italic = true;
    on.put({where.column + used, where.row}, left, name, look);
    on.put({where.column + where.columns - count_columns, where.row}, count_columns, count, count_look);
}

}  // namespace

void draw_rooms(state& of, grid& on, const area& where) {
    of.drawn.rooms = where;
    draw_edge(on, where.column + where.columns, where, of.looks().line);
    std::size_t open = 0;
    for (std::size_t i = 0; i < of.rooms.size(); ++i) {
        if (of.rooms[i].what.key == of.focused().room()) open = i;
    }
    const std::size_t shown = std::min(where.rows, of.rooms.size());
    const std::size_t first = std::min(open - std::min(open, shown / 2), of.rooms.size() - shown);
    of.drawn.first_room = first;
    for (std::size_t i = 0; i < shown; ++i) {
        draw_room(of, on, {where.column, where.row + i, where.columns, 1}, first + i);
    }
}

void draw_members(state& of, grid& on, const area& where) {
    of.drawn.members = where;
    const auto& looks = of.looks();
    draw_edge(on, where.column - 1, where, looks.line);
    const room_view* const about = of.focused_room();
    if (about == nullptr) return;
    const std::size_t count = about->members.size();
    of.members_top = std::min(of.members_top, count - std::min(count, where.rows));
    for (std::size_t i = 0; i < where.rows && of.members_top + i < count; ++i) {
        const std::size_t row = where.row + i;
        const std::size_t left = count - of.members_top - i;
        if (i + 1 == where.rows && left > 1) {
            on.put({where.column, row}, where.columns, "+" + grouped(left) + " more", looks.quiet);
            break;
        }
        const member& each = about->members[of.members_top + i];
        style look = looks.nick(each.colour_key);
        if (each.state != presence::online) look = looks.quiet;
        look.italic = each.state == presence::away;
        look.struck = each.muted;
        on.put({where.column, row}, 1, sign_of(each.rank), looks.quiet);
        on.put({where.column + 1, row}, where.columns - 1,
               terminal::cut(terminal::clean_name(each.nick), where.columns - 1), look);
    }
}

}  // namespace chat_client::view
