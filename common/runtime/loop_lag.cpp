#include "common/runtime/loop_lag.hpp"

#include "common/runtime/limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace common::runtime {

void loop_lag::start() {
    due_ = loop_.mono_now() + limits::lag_probe_period;
    timer_.start(limits::lag_probe_period, [this] { measure(); });
}

void loop_lag::measure() {
    const auto late = std::max<seam::duration>(loop_.mono_now() - due_, seam::duration::zero());
    const auto late_us = static_cast<std::uint64_t>(late / std::chrono::microseconds(1));
    last_us_.store(late_us, std::memory_order_relaxed);
    max_us_.store(std::max(max_us(), late_us), std::memory_order_relaxed);
    if (late > limits::handler_time_max) {
        late_count_.fetch_add(1, std::memory_order_relaxed);
        spdlog::warn("{}: timers fired {} ms late", name_, late_us / 1000);
    }
    start();
}

}  // namespace common::runtime
