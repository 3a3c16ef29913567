// The escape sequences that put a terminal into full-screen mode and back, and the few that act outside the
// picture. Sources: xterm's control sequences; OSC 9 (iTerm2), OSC 777 (rxvt-unicode).
#pragma once

#include <string>
#include <string_view>

namespace chat_client::terminal {

// Alternate screen, no wrapping at the edge, bracketed paste, focus reports.
constexpr std::string_view enter_full_screen = "\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?1004h\x1b[2J";
// Safe at any time, also in the middle of an update.
constexpr std::string_view leave_full_screen =
    "\x1b[?2026l\x1b[?1000l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l";
constexpr std::string_view mouse_on = "\x1b[?1000h\x1b[?1006h";
constexpr std::string_view mouse_off = "\x1b[?1000l\x1b[?1006l";
constexpr std::string_view bell = "\a";

// A note of the desktop; the texts are cleaned and cut.
std::string desktop_note(std::string_view title, std::string_view text);
// Puts text into the terminal's clipboard.
std::string clipboard_write(std::string_view text);

}  // namespace chat_client::terminal
