// What a person may say to a transfer while it runs: keys on the terminal, and signals for scripts.
//
//   controls steer(home, {.on_faster = …, .on_slower = …, .on_why = …});     // signals
//   steer.take_keys();                  // keys too, when nothing is asked on the terminal any more
//   steer.stop();                       // gives the terminal back; the destructor does so too
//
//   + or SIGUSR1: faster    - or SIGUSR2: slower    w: why is it slow?
//
// Keys are read from the controlling terminal, while this process is in its foreground; Ctrl-C and Ctrl-Z
// work as ever, and while the process is stopped the terminal is as it was found. Only on the loop's thread.
#pragma once

#include "common/runtime/worker.hpp"

#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>

#include <array>
#include <functional>
#include <termios.h>

namespace uploader_client::commands {

struct control_actions {
    std::function<void()> on_faster{};
    std::function<void()> on_slower{};
    std::function<void()> on_why{};
    std::function<void()> on_leave{};  // the process is about to be stopped: leave a tidy screen
};

class controls {
  public:
    controls(common::runtime::worker& home, control_actions actions);
    ~controls() { stop(); }
    controls(const controls&) = delete;
    controls& operator=(const controls&) = delete;

    void take_keys();
    void stop();

  private:
    void wait_signal();
    void wait_job_signal();
    void wait_key();
    void read_keys();
    void take_terminal();
    void give_terminal_back();
    bool in_foreground();

    common::runtime::worker& home_;
    control_actions actions_;
    asio::signal_set signals_;
    asio::signal_set job_signals_;
    asio::posix::stream_descriptor terminal_;
    common::seam::timer look_again_;
    std::array<char, 64> keys_{};
    termios found_{};
    bool taken_ = false;
    bool stopped_ = false;
};

}  // namespace uploader_client::commands
