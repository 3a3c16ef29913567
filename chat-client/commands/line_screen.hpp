// A person's terminal in line mode: messages scroll by above a line that is being typed.
//
//   line_screen screen(worker, {.on_line = …, .on_interrupt = …, .on_end = …});
//   screen.start();
//   screen.set_prompt("lobby> ");
//   screen.show("21:07 #3 ada│ hello\n");     hides the line, prints, shows it again
//   screen.stop();                            the terminal is as it was; the destructor does it, too
//
// Ctrl-C interrupts, Ctrl-D on an empty line ends, Ctrl-Z stops the program with the terminal restored.
#pragma once

#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/terminal/line_editor.hpp"
#include "chat-client/terminal/raw_terminal.hpp"
#include "common/runtime/worker.hpp"

#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace chat_client::commands {

struct screen_actions {
    std::function<void(std::string line)> on_line;
    std::function<void()> on_interrupt;
    std::function<void()> on_end;
};

class line_screen {
  public:
    line_screen(common::runtime::worker& home, screen_actions actions);
    ~line_screen() { stop(); }
    line_screen(const line_screen&) = delete;
    line_screen& operator=(const line_screen&) = delete;

    void start();
    void stop();
    void set_prompt(std::string prompt);
    // Whole lines, safe to show.
    void show(std::string_view lines);

  private:
    void read();
    void press(const terminal::key& pressed);
    void suspend();
    void watch_size();
    std::string hidden() const;
    std::string drawn() const;
    void write(std::string_view bytes);

    screen_actions actions_;
    terminal::raw_terminal tty_;
    terminal::input_parser parser_;
    terminal::line_editor line_;
    std::string prompt_ = "> ";
    asio::posix::stream_descriptor keys_;
    asio::signal_set resized_;
    std::array<char, 4096> buffer_{};
    bool active_ = false;
};

}  // namespace chat_client::commands
