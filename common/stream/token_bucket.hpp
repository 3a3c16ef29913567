// The arithmetic of a rate limit: a bucket of bytes that fills at a steady rate up to a burst.
//
//   token_bucket bucket(rate_bytes_per_s, burst_bytes, now);
//   if (bucket.try_take(bytes, now)) send();
//   else wait(bucket.wait_for(bytes, now));
//
// In any interval of t seconds at most burst_bytes + t * rate are given. Rate 0 means no limit. Time is an
// argument and must not run backwards.
#pragma once

#include "common/seam/clock.hpp"

#include <cstddef>
#include <cstdint>

namespace common::stream {

class token_bucket {
  public:
    // The bucket begins full. Throws std::invalid_argument for a burst of 0.
    token_bucket(std::uint64_t rate_bytes_per_s, std::size_t burst_bytes, seam::mono_time now);

    bool unlimited() const { return rate_bytes_per_s_ == 0; }
    std::uint64_t rate_bytes_per_s() const { return rate_bytes_per_s_; }
    std::size_t burst_bytes() const { return burst_bytes_; }

    // All or nothing. More than burst_bytes at once can never be had under a limit.
    bool try_take(std::size_t bytes, seam::mono_time now);
    // How long until try_take() of at most burst_bytes succeeds; zero if it would now.
    seam::duration wait_for(std::size_t bytes, seam::mono_time now);
    // What was earned up to now stays.
    void set_rate(std::uint64_t rate_bytes_per_s, seam::mono_time now);

  private:
    void fill(seam::mono_time now);

    std::uint64_t rate_bytes_per_s_;
    std::size_t burst_bytes_;
    double tokens_bytes_;
    seam::mono_time filled_at_;
};

}  // namespace common::stream
