// Gives the terminal back when the program crashes while it is in full-screen mode.
//
//   crash_restore::arm(fd, settings, "\x1b[?1049l");     …     crash_restore::disarm();
//
// The one place with code in a signal handler, since nothing else runs any more: it only calls what POSIX
// lists as async-signal-safe (write, tcsetattr, raise), and the signal then does what it does by default. One
// terminal per process.
#pragma once

#include <string_view>
#include <termios.h>

namespace chat_client::terminal {

class crash_restore {
  public:
    // `sequence` must outlive the arming.
    static void arm(int fd, const termios& before, std::string_view sequence);
    static void disarm();
};

}  // namespace chat_client::terminal
