#include "chat-client/view/state.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::view {

state::state(settings chosen_settings) : with(std::move(chosen_settings)) {
    std::ranges::sort(with.commands, {}, &command_help::name);
}

room_view* state::find(std::string_view key) {
    const auto found =
        std::ranges::find_if(rooms, [key](const room_view& each) { return each.what.key == key; });
    return found == rooms.end() ? nullptr : &*found;
}

const room_view* state::find(std::string_view key) const {
    return const_cast<state*>(this)->find(key);
}

line_maker state::maker(const room_view& of, std::size_t columns) const {
    return line_maker{
        {.looks = looks(), .zone = with.zone, .columns = columns, .last_n = of.what.last_n, .bare = bare}};
}

scene state::scene_of(const pane& shown, const room_view& of, const line_maker& make) const {
    std::size_t rows = 1;
    for (const drawn_pane& each : drawn.panes) {
        if (&panes[each.index] == &shown) rows = each.lines.rows;
    }
    return {.log = of.log, .make = make, .rows = rows, .marker = of.marker};
}

void state::ask_for(room_view& of, fetch_from from, std::uint64_t at) {
    auto wanted = of.log.wish_for(from, at, last_request + 1);
    if (!wanted) return;
    ++last_request;
    wanted->room = of.what.key;
    wish(*std::move(wanted));
}

}  // namespace chat_client::view
