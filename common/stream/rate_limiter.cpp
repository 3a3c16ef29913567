#include "common/stream/rate_limiter.hpp"

#include <algorithm>
#include <utility>

namespace common::stream {

rate_limiter::rate_limiter(seam::event_loop& loop, std::uint64_t rate_bytes_per_s, std::size_t burst_bytes)
    : loop_(loop), bucket_(rate_bytes_per_s, burst_bytes, loop.mono_now()), timer_(loop) {}

task<std::error_code> rate_limiter::push(slice bytes, writable& out) {
    while (!bytes.empty()) {
        const auto size = bucket_.unlimited() ? bytes.size() : std::min(bytes.size(), bucket_.burst_bytes());
        const auto stopped = co_await wait_for(size);
        if (stopped) co_return stopped;
        const auto error = co_await out.write(bytes.take_front(size));
        if (error) co_return error;
    }
    co_return changed_.why_closed();
}

task<std::error_code> rate_limiter::wait_for(std::size_t bytes) {
    const auto began = loop_.mono_now();
    std::error_code error = changed_.why_closed();
    while (!error && !bucket_.try_take(bytes, loop_.mono_now())) {
        timer_.start(bucket_.wait_for(bytes, loop_.mono_now()), [this] { changed_.notify(); });
        error = co_await changed_.wait();
    }
    timer_.stop();
    waited_ += loop_.mono_now() - began;
    co_return error;
}

task<std::error_code> rate_limiter::finish(writable&) {
    co_return changed_.why_closed();
}

void rate_limiter::abort(std::error_code why) {
    changed_.close(why);
}

void rate_limiter::set_rate(std::uint64_t rate_bytes_per_s) {
    bucket_.set_rate(rate_bytes_per_s, loop_.mono_now());
    changed_.notify();
}

}  // namespace common::stream
