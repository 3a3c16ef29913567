#include "chat-client/terminal/crash_restore.hpp"

#include <array>
#include <csignal>
#include <unistd.h>

namespace chat_client::terminal {
namespace {

constexpr std::array crashes{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS, SIGXCPU};

struct kept {
    int fd = -1;
    termios before{};
    const char* sequence = nullptr;
    std::size_t bytes = 0;
};

kept terminal;
volatile std::sig_atomic_t armed = 0;

void restore(int number) {
    if (armed != 0) {
        armed = 0;
        [[maybe_unused]] const auto written = ::write(terminal.fd, terminal.sequence, terminal.bytes);
        ::tcsetattr(terminal.fd, TCSANOW, &terminal.before);
    }
    ::raise(number);  // SA_RESETHAND: now by default
}

void handle_with(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = handler == SIG_DFL ? 0 : static_cast<int>(SA_RESETHAND);
    ::sigemptyset(&action.sa_mask);
    for (const int number : crashes) {
        struct sigaction present {};
        ::sigaction(number, nullptr, &present);
        const auto replaced = handler == SIG_DFL ? &restore : SIG_DFL;
        // Somebody else's handler, a sanitizer's for one, stays.
        if (present.sa_handler == replaced) ::sigaction(number, &action, nullptr);
    }
}

}  // namespace

void crash_restore::arm(int fd, const termios& before, std::string_view sequence) {
    terminal = {.fd = fd, .before = before, .sequence = sequence.data(), .bytes = sequence.size()};
    armed = 1;
    handle_with(&restore);
}

void crash_restore::disarm() {
    armed = 0;
    handle_with(SIG_DFL);
}

}  // namespace chat_client::terminal
