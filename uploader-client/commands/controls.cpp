#include "uploader-client/commands/controls.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace uploader_client::commands {

namespace {

// A process in the background looks so often whether it was brought back.
constexpr std::chrono::milliseconds background_look_period{500};

}  // namespace

controls::controls(common::runtime::worker& home, control_actions actions)
    : home_(home),
      actions_(std::move(actions)),
      signals_(home.io(), SIGUSR1, SIGUSR2),
      job_signals_(home.io()),
      terminal_(home.io()),
      look_again_(home) {
    wait_signal();
}

void controls::stop() {
    if (std::exchange(stopped_, true)) return;
    signals_.cancel();
    job_signals_.clear();
    look_again_.stop();
    give_terminal_back();
    std::error_code ignored;
    terminal_.close(ignored);
}

void controls::wait_signal() {
    signals_.async_wait([this](std::error_code error, int signal) {
        if (error || stopped_) return;
        wait_signal();
        const auto& action = signal == SIGUSR1 ? actions_.on_faster : actions_.on_slower;
        if (action) action();
    });
}

// Opened anew, so that being non-blocking does not spread to the shell.
void controls::take_keys() {
    if (stopped_ || terminal_.is_open()) return;
    const int fd = ::open("/dev/tty", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return;
    terminal_.assign(fd);
    job_signals_.add(SIGTSTP);
    job_signals_.add(SIGCONT);
    wait_job_signal();
    take_terminal();
    wait_key();
}

void controls::wait_job_signal() {
    job_signals_.async_wait([this](std::error_code error, int signal) {
        if (error || stopped_) return;
        if (signal == SIGTSTP) {
            if (actions_.on_leave) actions_.on_leave();
            give_terminal_back();
            ::raise(SIGSTOP);
        }
        take_terminal();
        wait_job_signal();
    });
}

bool controls::in_foreground() {
    return ::tcgetpgrp(terminal_.native_handle()) == ::getpgrp();
}

void controls::take_terminal() {
    const int fd = terminal_.native_handle();
    if (taken_ || !in_foreground() || ::tcgetattr(fd, &found_) != 0) return;
    termios wanted = found_;
    wanted.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    taken_ = ::tcsetattr(fd, TCSANOW, &wanted) == 0;
}

void controls::give_terminal_back() {
    if (!std::exchange(taken_, false) || !in_foreground()) return;
    ::tcsetattr(terminal_.native_handle(), TCSANOW, &found_);
}

void controls::wait_key() {
    terminal_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code error) {
        if (error || stopped_) return;
        // What is typed belongs to whoever is in the foreground.
        if (in_foreground()) {
            take_terminal();
            read_keys();
        } else {
            look_again_.start(background_look_period, [this] { wait_key(); });
        }
    });
}

void controls::read_keys() {
    const ssize_t count = ::read(terminal_.native_handle(), keys_.data(), keys_.size());
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return;  // the terminal is gone
    for (const char key : std::string_view{keys_.data(), count < 0 ? 0 : static_cast<std::size_t>(count)}) {
        if (stopped_) return;
        if ((key == '+' || key == '=') && actions_.on_faster) actions_.on_faster();
        if ((key == '-' || key == '_') && actions_.on_slower) actions_.on_slower();
        if ((key == 'w' || key == 'W') && actions_.on_why) actions_.on_why();
    }
    wait_key();
}

}  // namespace uploader_client::commands
