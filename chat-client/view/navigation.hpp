// Moves between rooms and in their logs.
#pragma once

#include "chat-client/view/state.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chat_client::view {

// In the focused pane; keeps the draft of the room that is left. Unknown rooms are ignored.
void open_room(state& of, std::string_view key);
void open_number(state& of, std::size_t number);  // from 0
void open_next(state& of, std::ptrdiff_t step);
// The next room with mentions, else with anything unread.
void open_active(state& of);
void open_previous(state& of);

void split(state& of, std::string_view key);  // empty: one pane again
void focus_pane(state& of, std::size_t index);

void scroll(state& of, std::size_t pane_index, std::ptrdiff_t lines);
void scroll_pages(state& of, std::ptrdiff_t half_pages);
void to_oldest(state& of);
void to_newest(state& of);
void to_marker(state& of);
void to_mention(state& of, bool up);
void go_to(state& of, std::string_view key, std::uint64_t n);

// The unsent text of the focused room.
void keep_draft(state& of);

// --- the model's side
void replace_rooms(state& of, std::vector<room> rooms);
void update_room(state& of, room what);
void take_page(state& of, page with);
void look_away(state& of);

}  // namespace chat_client::view
