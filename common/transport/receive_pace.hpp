// When a socket may wait for many bytes before it wakes us (SO_RCVLOWAT); pure.
//
// Only while that many bytes are known to come (expect), and only when they come so fast that waiting for
// them takes no noticeable time (note). A slow or stalled sender is always heard byte by byte.
#pragma once

#include "common/seam/clock.hpp"
#include "common/transport/limits.hpp"

#include <algorithm>
#include <cstddef>

namespace common::transport {

class receive_pace {
  public:
    void expect(std::size_t bytes) { expected_bytes_ = bytes; }

    void note(std::size_t bytes, seam::mono_time now) {
        expected_bytes_ -= std::min(expected_bytes_, bytes);
        if (sample_bytes_ == 0) sample_begin_ = now;
        sample_bytes_ += bytes;
        ++turns_;
        if (sample_bytes_ < limits::bulk_sample_bytes) return;
        fast_ = now - sample_begin_ <= limits::bulk_sample_time_max;
        sample_bytes_ = 0;
    }

    // Nothing came for a while.
    void note_silence() {
        fast_ = false;
        sample_bytes_ = 0;
    }

    std::size_t turns() const { return turns_; }

    // `held_back`: how many of the expected bytes may already have left the socket.
    std::size_t low_water(std::size_t held_back) const {
        const std::size_t certain = expected_bytes_ - std::min(expected_bytes_, held_back);
        if (!fast_ || certain < limits::low_water_bytes_min) return 1;
        return certain >= limits::low_water_bytes_max ? limits::low_water_bytes_max
                                                      : limits::low_water_bytes_min;
    }

  private:
    std::size_t expected_bytes_ = 0;
    std::size_t sample_bytes_ = 0;
    std::size_t turns_ = 0;
    seam::mono_time sample_begin_{};
    bool fast_ = false;
};

}  // namespace common::transport
