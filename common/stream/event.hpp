// An event that one task waits for and anyone on the same loop notifies: the base of every waiting stream.
//
//   while (!ready()) {
//       const auto error = co_await changed.wait();
//       if (error) co_return error;                   // closed, or the waiting task was cancelled
//   }
//   ... elsewhere, on the same loop:  changed.notify();  or for ever:  changed.close(error);
//
// A notification without a waiter is kept for the next wait(), many of them count as one, so none is ever
// lost and a waiter looks at its condition again each time it wakes. At most one task waits at a time; a
// second one is a defect and aborts. The waiter is resumed by a post to its own executor, never from inside
// notify() or close().
#pragma once

#include "common/stream/task.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <system_error>

namespace common::stream {

class event {
  public:
    event() = default;
    event(const event&) = delete;
    event& operator=(const event&) = delete;

    // No error: notified. Otherwise the error of close(), or operation_canceled when the task was cancelled.
    task<std::error_code> wait();

    void notify();
    // Wakes the waiter and all later ones with `why`, which must be an error. The first close counts.
    void close(std::error_code why);

    bool closed() const { return static_cast<bool>(why_closed_); }
    std::error_code why_closed() const { return why_closed_; }
    bool has_waiter() const { return waiter_.has_value(); }

  private:
    // Wrapped, because Asio throws a bare error_code at the awaiting task.
    struct wake {
        std::error_code error;
    };
    using waiter = asio::async_result<asio::use_awaitable_t<>, void(wake)>::handler_type;

    void suspend(waiter handler);
    void resume(std::error_code error);

    std::optional<waiter> waiter_;
    std::error_code why_closed_;
    bool notified_ = false;
};

// Lets everything else that is ready on this loop run first. Long loops over streams that never wait call it
// every turn_bytes_max bytes (limits.hpp).
task<void> yield();

}  // namespace common::stream
