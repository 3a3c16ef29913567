#include "chat-client/terminal/raw_terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>

namespace chat_client::terminal {

void raw_terminal::enter() {
    if (active_ || ::tcgetattr(fd_, &before_) != 0) return;
    termios raw = before_;
    raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON);
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
    flags_before_ = ::fcntl(fd_, F_GETFL);
    active_ = ::tcsetattr(fd_, TCSADRAIN, &raw) == 0;
}

void raw_terminal::leave() {
    if (!active_) return;
    active_ = false;
    ::tcsetattr(fd_, TCSADRAIN, &before_);
    // An event loop may have made it non-blocking for everybody who shares it.
    if (flags_before_ >= 0) ::fcntl(fd_, F_SETFL, flags_before_);
}

extent raw_terminal::size() const {
    winsize size{};
    const bool known = ::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    return known ? extent{size.ws_col, size.ws_row} : extent{};
}

}  // namespace chat_client::terminal
