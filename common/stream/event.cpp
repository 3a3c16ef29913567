#include "common/stream/event.hpp"

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include <cassert>
#include <utility>

namespace common::stream {

task<std::error_code> event::wait() {
    if (closed()) co_return why_closed_;
    if (std::exchange(notified_, false)) co_return std::error_code{};
    auto start = [this](waiter handler) { suspend(std::move(handler)); };
    const auto woken =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(wake)>(start, asio::use_awaitable);
    co_return woken.error;
}

void event::suspend(waiter handler) {
    assert(!waiter_ && "an event has one waiter");
    auto slot = asio::get_associated_cancellation_slot(handler);
    waiter_.emplace(std::move(handler));
    if (slot.is_connected()) {
        slot.assign(
            [this](asio::cancellation_type) { resume(make_error_code(std::errc::operation_canceled)); });
    }
}

void event::resume(std::error_code error) {
    if (!waiter_) return;
    auto slot = asio::get_associated_cancellation_slot(*waiter_);
    if (slot.is_connected()) slot.clear();
    const auto executor = asio::get_associated_executor(*waiter_);
    auto call = [handler = std::move(*waiter_), error]() mutable { handler(wake{error}); };
    waiter_.reset();
    asio::post(executor, std::move(call));
}

void event::notify() {
    if (closed()) return;
    if (waiter_) return resume({});
    notified_ = true;
}

void event::close(std::error_code why) {
    assert(why && "closing an event takes an error");
    if (closed()) return;
    why_closed_ = why;
    resume(why);
}

task<void> yield() {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
}

}  // namespace common::stream
