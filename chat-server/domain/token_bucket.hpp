// A rate limit that allows bursts: tokens come back at a steady rate, up to a fixed number.
//
//   token_bucket posts{20, 60, loop.mono_now()};
//   const auto wait = posts.charge(loop.mono_now());   // how long until the next one is due; zero: now
//
// A rate of 0 means no limit.
#pragma once

#include "common/seam/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace chat_server::domain {

class token_bucket {
  public:
    using duration = common::seam::duration;
    using mono_time = common::seam::mono_time;

    token_bucket(std::uint32_t per_s, std::uint32_t burst, mono_time now)
        : interval_(per_s == 0 ? duration::zero() : duration{std::chrono::seconds{1}} / per_s),
          span_(interval_ * std::max<std::uint32_t>(burst, 1)),
          empty_at_(now - span_) {}

    // Time is kept instead of a count: the bucket was empty at `empty_at_` and fills by a token an interval.
    // The caller waits before it charges again, so the debt is never more than what it just took.
    duration charge(mono_time now) {
        if (interval_ == duration::zero()) return duration::zero();
        empty_at_ = std::max(empty_at_, now - span_) + interval_;
        return std::max(empty_at_ + interval_ - now, duration::zero());
    }

  private:
    duration interval_;
    duration span_;
    mono_time empty_at_;
};

}  // namespace chat_server::domain
