// Writes to standard output without making the event loop wait, and tells when it has arrived.
//
//   output_queue out(loop, STDOUT_FILENO, {.on_high = …, .on_low = …, .on_written = …, .on_failed = …});
//   out.write(text);                 in order; waits in memory while an earlier piece is being written
//   out.mark("lobby", 213);          on_written() names it once everything before it is out
//   out.abandon();                   nobody waits for the reader any more; what is out is still told
//
// A pipe takes whole lines, as long as they are no longer than PIPE_BUF, so that whoever goes on later does
// not repeat half of one.
// The owner stops asking for more at on_high() and goes on at on_low(). Only from the loop's thread.
#pragma once

#include "chat-client/domain/records.hpp"
#include "common/runtime/job_threads.hpp"
#include "common/seam/event_loop.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace chat_client::commands {

struct output_actions {
    std::function<void()> on_high;
    std::function<void()> on_low;
    std::function<void(const std::vector<domain::position>&)> on_written;  // after each piece, or a part
    std::function<void(std::error_code)> on_failed;  // once; nothing is written any more
};

class output_queue {
  public:
    output_queue(common::seam::event_loop& home, int fd, output_actions actions);
    ~output_queue();

    void write(std::string_view text);
    void mark(const std::string& room, std::uint64_t seq);
    bool idle() const { return !writing_ && waiting_.empty() && marks_.empty(); }
    bool writing() const { return writing_; }
    void abandon() { abandoned_ = true; }

  private:
    // Everything before this byte belongs to records up to this one.
    struct mark_at {
        std::size_t end = 0;
        domain::position position;
    };
    struct outcome {
        std::size_t bytes = 0;
        std::error_code error{};
    };

    void schedule();
    void pump();
    void done(const outcome& how);

    common::seam::event_loop& home_;
    const int fd_;
    output_actions actions_;
    std::string waiting_;
    std::string piece_;  // being written
    std::vector<mark_at> marks_;
    std::vector<mark_at> piece_marks_;
    std::error_code failed_;
    bool writing_ = false;
    bool scheduled_ = false;
    bool high_ = false;
    std::atomic<bool> abandoned_{false};
    common::runtime::serial_executor thread_{"output"};
};

}  // namespace chat_client::commands
