// Counts bytes that wait somewhere and says when to stop and when to go on: backpressure
// for callback-style code.
//
//       bytes ▲        pause()
//        high ┤┄┄┄┄┄┄╱▔╲┄┄┄┄┄┄┄┄┄    reaching the high mark pauses, once
//         low ┤┄┄┄┄╱┄┄┄┄╲┄┄┄┄┄┄┄┄    falling to the low mark resumes, once
//             └──╱────────╲──▶ time
//                     resume()
//
//   watermark waiting(high, low);
//   waiting.on_pause([&] { transport.pause_reading(); });
//   waiting.on_resume([&] { transport.resume_reading(); });
//   waiting.add(bytes);  ...  waiting.remove(bytes);
//
// The callbacks run inside add() and remove(), after the count has changed, and may call either again.
#pragma once

#include "common/stream/limits.hpp"

#include <cstddef>
#include <functional>
#include <utility>

namespace common::stream {

class watermark {
  public:
    using callback = std::function<void()>;

    // Throws std::invalid_argument unless low < high.
    explicit watermark(std::size_t high_water_bytes = limits::high_water_bytes,
                       std::size_t low_water_bytes = limits::low_water_bytes);

    void on_pause(callback run) { pause_ = std::move(run); }
    void on_resume(callback run) { resume_ = std::move(run); }

    void add(std::size_t bytes);
    // Removing more than was added is a defect and aborts.
    void remove(std::size_t bytes);

    // Between reaching the high mark and falling to the low one.
    bool above_high() const { return above_high_; }
    std::size_t bytes() const { return bytes_; }
    std::size_t bytes_peak() const { return bytes_peak_; }
    std::size_t high_water_bytes() const { return high_water_bytes_; }
    std::size_t low_water_bytes() const { return low_water_bytes_; }

  private:
    std::size_t high_water_bytes_;
    std::size_t low_water_bytes_;
    std::size_t bytes_ = 0;
    std::size_t bytes_peak_ = 0;
    bool above_high_ = false;
    callback pause_;
    callback resume_;
};

}  // namespace common::stream
