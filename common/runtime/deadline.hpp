// A time limit for one awaited operation at a time, without an allocation per operation.
//
//   op_deadline limit(executor);
//   auto token = limit.arm(5s);                               // name it: no temporaries in a co_await
//   expression const auto [error, count] = co_await socket.async_read_some(buffer, token); limit.disarm(); //
//   error == operation_aborted: the time was up
#pragma once

#include "common/seam/clock.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <memory>
#include <system_error>

namespace common::runtime {

class op_deadline {
  public:
    template <class Executor>
    explicit op_deadline(const Executor& executor) : timer_(executor) {}

    auto arm(seam::duration limit) {
        timer_.expires_after(limit);
        timer_.async_wait([signal = signal_](std::error_code error) {
            if (!error) signal->emit(asio::cancellation_type::all);
        });
        return asio::bind_cancellation_slot(signal_->slot(),
                                            asio::experimental::as_tuple(asio::use_awaitable));
    }
    void disarm() { timer_.cancel(); }

  private:
    asio::steady_timer timer_;
    // Shared with the timer's handler, which may run after this object is gone.
    std::shared_ptr<asio::cancellation_signal> signal_ = std::make_shared<asio::cancellation_signal>();
};

}  // namespace common::runtime
