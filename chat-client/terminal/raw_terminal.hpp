// A terminal in raw mode for as long as this object is active: keys come one by one, nothing is echoed.
//
//   raw_terminal tty(STDIN_FILENO);
//   tty.enter();  …  tty.leave();        the destructor leaves, too
//   tty.columns();                       asked anew: windows change their size
#pragma once

#include <cstddef>
#include <termios.h>

namespace chat_client::terminal {

class raw_terminal {
  public:
    static constexpr std::size_t columns_default = 80;

    explicit raw_terminal(int fd) : fd_(fd) {}
    ~raw_terminal() { leave(); }
    raw_terminal(const raw_terminal&) = delete;
    raw_terminal& operator=(const raw_terminal&) = delete;

    void enter();
    void leave();
    std::size_t columns() const;

  private:
    const int fd_;
    termios before_{};
    bool active_ = false;
};

}  // namespace chat_client::terminal
