// A person's terminal in full-screen mode: reads keys, shows what view::application draws.
//
//   full_screen screen(worker, view, {.on_actions = …, .on_end = …});
//   screen.start();
//   view.put(page);  screen.changed();    draws soon, at most 60 times a second; tells the actions
//   screen.ring();                        the bell; notify(): a note of the desktop (OSC 9 and 777)
//   screen.stop();                        the terminal is as it was; the destructor does it, too
//
// Ctrl-Z stops the program with the terminal restored, ctrl-L draws everything anew. A crash restores the
// terminal, too. on_end: the terminal is gone. on_actions is called from the loop, never from changed().
#pragma once

#include "chat-client/view/application.hpp"
#include "common/runtime/worker.hpp"

#include <functional>
#include <memory>
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
    ~full_screen();
    full_screen(const full_screen&) = delete;
    full_screen& operator=(const full_screen&) = delete;

    // False: this terminal cannot do it (TERM=dumb, or smaller than anything can be shown on).
    bool start();
    void stop();
    void changed();

    // Only when the person asked for it.
    void ring();
    void notify(std::string_view title, std::string_view text);
    void copy_to_clipboard(std::string_view text);  // OSC 52

  private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace chat_client::commands
