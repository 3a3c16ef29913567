// A terminal in raw mode for as long as this object is active: keys come one by one, nothing is echoed.
//
//   raw_terminal tty(STDIN_FILENO);
//   tty.enter();  …  tty.leave();        the destructor leaves, too
//   tty.size();                          asked anew: windows change their size
#pragma once

#include "chat-client/terminal/grid.hpp"

#include <cstddef>
#include <termios.h>

namespace chat_client::terminal {

class raw_terminal {
  public:
    explicit raw_terminal(int fd) : fd_(fd) {}
    ~raw_terminal() { leave(); }
    raw_terminal(const raw_terminal&) = delete;
    raw_terminal& operator=(const raw_terminal&) = delete;

    void enter();
    void leave();
    extent size() const;
    std::size_t columns() const { return size().columns; }
    bool active() const { return active_; }
    // As it was when it was entered.
    const termios& before() const { return before_; }

  private:
    const int fd_;
    termios before_{};
    int flags_before_ = -1;
    bool active_ = false;
};

}  // namespace chat_client::terminal
