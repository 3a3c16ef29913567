// Measures how late a loop's timers fire: the time during which it served nobody else.
//
//   loop_lag lag(worker, "worker-0"); lag.start();   // on the loop's thread; read the figures from any
//   thread
//
// A lag above limits::handler_time_max means that some handler blocked the loop; it is logged as the defect
// it is.
#pragma once

#include "common/seam/event_loop.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace common::runtime {

class loop_lag {
  public:
    loop_lag(seam::event_loop& loop, std::string name) : loop_(loop), name_(std::move(name)), timer_(loop) {}

    void start();
    void stop() { timer_.stop(); }

    std::uint64_t last_us() const { return last_us_.load(std::memory_order_relaxed); }
    std::uint64_t max_us() const { return max_us_.load(std::memory_order_relaxed); }
    std::uint64_t late_count() const { return late_count_.load(std::memory_order_relaxed); }

  private:
    void measure();

    seam::event_loop& loop_;
    const std::string name_;
    seam::timer timer_;
    seam::mono_time due_;
    std::atomic<std::uint64_t> last_us_{0};
    std::atomic<std::uint64_t> max_us_{0};
    std::atomic<std::uint64_t> late_count_{0};
};

}  // namespace common::runtime
