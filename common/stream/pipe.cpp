#include "common/stream/pipe.hpp"

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::stream {

pipe::pipe(readable& source, const std::vector<transform*>& transforms, writable& sink, pipe_options options)
    : source_(source),
      transforms_(transforms),
      sink_(sink),
      clock_(options.clock),
      queue_(options.high_water_bytes, options.low_water_bytes) {
    for (auto step = transforms_.rbegin(); step != transforms_.rend(); ++step) {
        entry_ = &steps_.emplace_front(**step, *entry_);
    }
}

task<std::error_code> pipe::run() {
    assert(halves_running_ == 0 && !all_read_ && "a pipe runs once");
    const auto executor = co_await asio::this_coro::executor;
    // A cancelled pipe still waits for both halves: cancellation must not throw past them.
    const bool throws_if_cancelled = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);

    halves_running_ = 2;
    const auto on_end = [this](std::exception_ptr thrown) { half_ended(std::move(thrown)); };
    asio::co_spawn(executor, read_all(), asio::bind_executor(executor, on_end));
    asio::co_spawn(executor, write_all(), asio::bind_executor(executor, on_end));
    while (halves_running_ > 0) {
        const auto cancelled = co_await ended_.wait();
        if (cancelled) cancel(cancelled);
    }

    co_await asio::this_coro::throw_if_cancelled(throws_if_cancelled);
    if (thrown_) std::rethrow_exception(thrown_);
    co_return failure_;
}

void pipe::cancel(std::error_code why) {
    assert(why && "cancelling a pipe takes an error");
    if (failure_ || all_written_) return;
    failure_ = why;
    queue_.fail(why);
    source_.abort(why);
    for (auto* step : transforms_) step->abort(why);
    sink_.abort(why);
}

pipe_statistics pipe::statistics() const {
    auto copy = statistics_;
    copy.bytes_in_flight = queue_.bytes() + pushing_bytes_;
    return copy;
}

void pipe::half_ended(std::exception_ptr thrown) {
    if (thrown) {
        if (!thrown_) thrown_ = std::move(thrown);
        cancel(make_error_code(std::errc::io_error));
    }
    --halves_running_;
    ended_.notify();
}

task<void> pipe::read_all() {
    while (!all_read_ && !failure_) {
        const auto error = co_await read_next();
        if (error) cancel(error);
        co_await take_turns(turn_read_bytes_, std::exchange(pushing_bytes_, 0));
    }
}

task<std::error_code> pipe::read_next() {
    const auto no_room = co_await queue_.wait_room();
    if (no_room) co_return no_room;
    const auto asked = now();
    auto got = co_await source_.read();
    statistics_.source_wait += now() - asked;
    if (!got) co_return got.error();
    if (got->empty()) {
        all_read_ = true;
        co_return co_await entry_->finish();
    }
    pushing_bytes_ = got->size();
    statistics_.bytes_read += pushing_bytes_;
    const auto in_flight = queue_.bytes() + pushing_bytes_;
    statistics_.bytes_in_flight_peak = std::max(statistics_.bytes_in_flight_peak, in_flight);
    co_return co_await entry_->write(std::move(*got));
}

task<void> pipe::write_all() {
    while (!all_written_ && !failure_) {
        const auto written_before = statistics_.bytes_written;
        const auto error = co_await write_next();
        if (error) cancel(error);
        const auto bytes = static_cast<std::size_t>(statistics_.bytes_written - written_before);
        co_await take_turns(turn_written_bytes_, bytes);
    }
}

task<std::error_code> pipe::write_next() {
    auto got = co_await queue_.pop();
    if (!got) co_return got.error();
    if (got->empty()) {
        const auto unfinished = co_await sink_.finish();
        all_written_ = !unfinished;
        co_return unfinished;
    }
    const auto size = got->size();
    const auto asked = now();
    const auto error = co_await sink_.write(std::move(*got));
    statistics_.sink_wait += now() - asked;
    if (!error) statistics_.bytes_written += size;
    co_return error;
}

task<void> pipe::take_turns(std::size_t& turn_bytes, std::size_t bytes) {
    turn_bytes += bytes;
    if (turn_bytes < limits::turn_bytes_max) co_return;
    turn_bytes = 0;
    co_await yield();
}

seam::mono_time pipe::now() const {
    return clock_ != nullptr ? clock_->mono_now() : seam::mono_time{};
}

}  // namespace common::stream
