// The terminal behind standard input or output, opened once more.
#pragma once

namespace chat_client::terminal {

// A description of our own, so that what an event loop sets on it (non-blocking) does not concern whoever
// shares the terminal with us; where that cannot be had, a duplicate. -1 with errno when there is none. The
// caller closes it.
int reopened(int fd, bool for_writing);

}  // namespace chat_client::terminal
