#include "common/app/prompt.hpp"

#include "common/app/limits.hpp"
#include "common/app/output.hpp"
#include "common/runtime/unique_fd.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

namespace common::app {
namespace {

constexpr int asked_times_max = 3;

using runtime::unique_fd;

// Turns the signals that would end or stop us into something poll() can see, so that they cannot leave the
// terminal without echo. What arrived meanwhile is raised again at the end.
class held_signals {
  public:
    held_signals() {
        sigemptyset(&held_);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&held_, number);
        ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
        arrived_ = unique_fd{::signalfd(-1, &held_, SFD_CLOEXEC | SFD_NONBLOCK)};
    }
    ~held_signals() {
        signalfd_siginfo info{};
        const bool any = ::read(arrived_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        if (any) ::kill(::getpid(), static_cast<int>(info.ssi_signo));
    }
    held_signals(const held_signals&) = delete;
    held_signals& operator=(const held_signals&) = delete;

    int fd() const { return arrived_.get(); }

  private:
    sigset_t held_{};
    sigset_t before_{};
    unique_fd arrived_;
};

class silent_terminal {
  public:
    explicit silent_terminal(int terminal) : terminal_(terminal) {
        changed_ = ::tcgetattr(terminal, &before_) == 0;
        if (!changed_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ICANON | ISIG | ECHONL;
        changed_ = ::tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
    }
    ~silent_terminal() {
        if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    silent_terminal(const silent_terminal&) = delete;
    silent_terminal& operator=(const silent_terminal&) = delete;

    bool is_silent() const { return changed_; }

  private:
    int terminal_;
    termios before_{};
    bool changed_;
};

// A line without its end, or nothing: end of input, too long, or a signal came.
std::optional<std::string> read_line(int terminal, const held_signals& signals) {
    std::string line;
    while (line.size() <= limits::answer_bytes_max) {
        pollfd sources[] = {{terminal, POLLIN, 0}, {signals.fd(), POLLIN, 0}};
        if (::poll(sources, 2, -1) < 0 && errno != EINTR) return std::nullopt;
        if (sources[1].revents != 0) return std::nullopt;
        char next = 0;
        const ssize_t count = ::read(terminal, &next, 1);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (count <= 0) return std::nullopt;
        if (next == '\n') return line;
        line += next;
    }
    return std::nullopt;
}

unique_fd open_terminal() {
    return unique_fd{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
}

}  // namespace

std::optional<bool> ask_yes_no_on(int terminal, std::string_view question) {
    const held_signals signals;
    for (int asked = 0; asked < asked_times_max; ++asked) {
        if (write_all(terminal, std::string{question} + " [yes/no] ")) return std::nullopt;
        const auto answer = read_line(terminal, signals);
        if (!answer) return std::nullopt;
        if (*answer == "yes" || *answer == "y") return true;
        if (*answer == "no" || *answer == "n") return false;
    }
    return std::nullopt;
}

std::optional<std::string> ask_secret_on(int terminal, std::string_view prompt) {
    const held_signals signals;
    const silent_terminal silence(terminal);
    if (!silence.is_silent() || write_all(terminal, prompt)) return std::nullopt;
    return read_line(terminal, signals);
}

std::optional<bool> ask_yes_no(std::string_view question) {
    const unique_fd terminal = open_terminal();
    return terminal ? ask_yes_no_on(terminal.get(), question) : std::nullopt;
}

std::optional<std::string> ask_line(std::string_view prompt) {
    const unique_fd terminal = open_terminal();
    const held_signals signals;
    if (!terminal || write_all(terminal.get(), prompt)) return std::nullopt;
    return read_line(terminal.get(), signals);
}

std::optional<std::string> ask_secret(std::string_view prompt) {
    const unique_fd terminal = open_terminal();
    return terminal ? ask_secret_on(terminal.get(), prompt) : std::nullopt;
}

}  // namespace common::app
