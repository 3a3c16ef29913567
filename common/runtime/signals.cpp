#include "common/runtime/signals.hpp"

#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace common::runtime {

signals::signals(worker& home, signal_actions actions)
    : set_(home.io(), SIGTERM, SIGINT, SIGHUP), actions_(std::move(actions)) {
    std::signal(SIGPIPE, SIG_IGN);
    wait();
}

void signals::wait() {
    set_.async_wait([this](std::error_code error, int signal) {
        if (error) return;
        wait();
        handle(signal);
    });
}

void signals::handle(int signal) {
    if (signal == SIGHUP) {
        if (actions_.on_reload) actions_.on_reload();
        return;
    }
    if (std::exchange(draining_, true)) {
        spdlog::warn("second signal {}: leaving at once", signal);
        spdlog::shutdown();
        std::_Exit(128 + signal);
    }
    if (actions_.on_drain) actions_.on_drain(signal);
}

}  // namespace common::runtime
