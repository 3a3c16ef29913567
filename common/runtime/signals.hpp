// What a program does when it is asked to end or to reread its settings, without a line of code in a signal
// handler.
//
//   signals watch(worker, {.on_drain = …, .on_reload = …});   // on the main loop, before other threads start
//
// The first SIGTERM or SIGINT calls on_drain, the second ends the process at once with 128 + its number.
// SIGHUP calls on_reload. SIGPIPE is ignored: a broken connection is an error code.
#pragma once

#include "common/runtime/worker.hpp"

#include <asio/signal_set.hpp>

#include <functional>

namespace common::runtime {

struct signal_actions {
    std::function<void(int signal)> on_drain;
    std::function<void()> on_reload;
};

class signals {
  public:
    signals(worker& home, signal_actions actions);

    // Gives the signals back, so that the process may exit its loop normally.
    void stop() { set_.cancel(); }

  private:
    void wait();
    void handle(int signal);

    asio::signal_set set_;
    signal_actions actions_;
    bool draining_ = false;
};

}  // namespace common::runtime
