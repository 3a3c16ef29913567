// A person's terminal in full-screen mode: reads keys, shows what view::application draws.
//
//   full_screen screen(worker, view, {.on_actions = …, .on_end = …});
//   if (!screen.start()) …                no terminal that could show it
//   view.put(page);  screen.changed();    draws soon, at most 60 times a second; tells the actions
//   screen.ring();                        the bell; notify(): a note of the desktop (OSC 9 and 777)
//   screen.stop();                        the terminal is as it was; the destructor does it, too
//
//   keys ─▶ input_parser ─▶ view ─▶ actions ─▶ on_actions       one frame is written at a time: a slow
//                            └──▶ grid ─▶ renderer ─▶ terminal   terminal sees fewer of them
//
// Ctrl-Z stops the program with the terminal restored, ctrl-L draws everything anew. A crash restores the
// terminal, too. on_end: the terminal is gone. on_actions is called from the loop, never from changed(); it
// may stop() but not destroy this object, which outlives the loop's run.
#pragma once

#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/terminal/raw_terminal.hpp"
#include "chat-client/terminal/renderer.hpp"
#include "chat-client/view/application.hpp"
#include "common/runtime/worker.hpp"

#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::commands {

struct full_screen_actions {
    std::function<void(std::vector<view::action> actions)> on_actions;
    std::function<void()> on_end;
};

class full_screen {
  public:
    full_screen(common::runtime::worker& home, view::application& view, full_screen_actions actions);
    ~full_screen() { stop(); }
    full_screen(const full_screen&) = delete;
    full_screen& operator=(const full_screen&) = delete;

    bool start();
    void stop();
    void changed();

    // Only when the person asked for it.
    void ring();
    void notify(std::string_view title, std::string_view text);
    void copy_to_clipboard(std::string_view text);  // OSC 52

  private:
    bool open_terminal();
    void enter();
    void leave();
    void read();
    void take(const std::vector<terminal::key>& keys);
    void suspend();
    void watch_signals();
    void draw();
    void send(std::string_view bytes);
    void write();
    void deliver();

    common::runtime::worker& home_;
    view::application& view_;
    full_screen_actions actions_;
    terminal::raw_terminal tty_;
    terminal::input_parser parser_;
    terminal::renderer renderer_;
    asio::posix::stream_descriptor keys_;
    asio::posix::stream_descriptor out_;
    asio::signal_set signals_;
    common::seam::timer frame_timer_;
    common::seam::timer escape_timer_;
    common::seam::mono_time last_frame_{};
    std::array<char, 4096> buffer_{};
    std::string waiting_;  // to be written
    std::string writing_;
    bool active_ = false;
    bool suspended_ = false;
    bool dirty_ = false;
    bool busy_ = false;   // a write is under way
    bool mouse_ = false;  // what the terminal was told last
};

}  // namespace chat_client::commands
