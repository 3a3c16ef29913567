// What the view holds at most.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chat_client::view::limits {

// Of one room's log, at most so much is held; the rest is asked for again.
constexpr std::size_t window_items_max = 800;
constexpr std::size_t window_bytes_max = 8 * 1024 * 1024;
// What is asked for at once: several screens, and less than a window, so that both its ends can be moved.
constexpr std::uint32_t fetch_items = 200;
// Rooms with a window; the one looked at longest ago gives its own up.
constexpr std::size_t windows_max = 16;
// Local lines of one room.
constexpr std::size_t notes_max = 300;
// Longer notes and hints are cut.
constexpr std::size_t note_bytes_max = 64 * 1024;
// Lines of one message on the screen; the rest is counted.
constexpr std::size_t message_lines_max = 500;
// What can be typed or pasted, until the server says what it takes.
constexpr std::size_t text_bytes_max = 64 * 1024;
// Candidates of a completion.
constexpr std::size_t candidates_max = 200;
constexpr std::size_t list_rows_max = 10'000;

static_assert(fetch_items * 2 <= window_items_max);

}  // namespace chat_client::view::limits
