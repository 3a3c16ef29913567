// Standard input as lines, read only as fast as they are wanted.
//
//   line_input in(worker, STDIN_FILENO, {.on_line = …, .on_end = …});
//   in.start();   in.pause();   in.resume();
//
// Lines come without their end ("\n" or "\r\n"), at most line_bytes_max + 1 bytes of each: whoever gets so
// much knows that the line is too long. With .whole everything up to the end is one line. Ill-formed UTF-8 is
// replaced. The descriptor is as it was when this object goes.
#pragma once

#include "common/runtime/worker.hpp"

#include <asio/posix/stream_descriptor.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::commands {

struct input_actions {
    std::function<void(std::string line)> on_line;
    std::function<void()> on_end;
    bool whole = false;
};

class line_input {
  public:
    line_input(common::runtime::worker& home, int fd, input_actions actions);
    ~line_input();
    line_input(const line_input&) = delete;
    line_input& operator=(const line_input&) = delete;

    void start();
    void pause() { paused_ = true; }
    void resume();

  private:
    void read();
    void deliver();
    void emit(std::string_view line);

    const int fd_;
    const int flags_before_;
    asio::posix::stream_descriptor stream_;
    input_actions actions_;
    std::vector<char> buffer_;
    std::string pending_;    // read, not delivered
    std::size_t taken_ = 0;  // of pending_
    std::string line_;       // the beginning of the line that has not ended
    bool started_ = false;
    bool paused_ = false;
    bool reading_ = false;
    bool delivering_ = false;
    bool ended_ = false;
    bool end_told_ = false;
};

// The same text with U+FFFD for whatever is no UTF-8.
std::string repaired_utf8(std::string_view text);

}  // namespace chat_client::commands
