// How long to wait before the next attempt to reconnect; pure.
//
//   backoff pause(random);  …  pause.next()  after each failure;  pause.reset()  after a Welcome
//
// The bound doubles from reconnect_delay_min to reconnect_delay_max, and the delay is drawn evenly from
// its upper half, so that the clients of a restarted server do not all come back in the same instant.
#pragma once

#include "common/seam/clock.hpp"
#include "common/seam/random.hpp"
#include "common/transport/limits.hpp"

#include <algorithm>
#include <cstdint>

namespace common::transport {

class backoff {
  public:
    explicit backoff(seam::random& random) : random_(random) {}

    seam::duration next() {
        const auto bound = bound_;
        bound_ = std::min<seam::duration>(bound_ * 2, limits::reconnect_delay_max);
        const auto half = static_cast<std::uint64_t>(bound.count() / 2);
        return seam::duration(static_cast<std::int64_t>(half + random_.next_u64() % (half + 1)));
    }

    // The server asked for so much patience (go_away, refusal); more than the cap is not believed. All its
    // clients were asked at once: they come back one by one.
    seam::duration at_least(seam::duration asked) {
        const seam::duration own = next();
        if (asked <= seam::duration::zero()) return own;
        constexpr seam::duration spread = 2 * limits::reconnect_delay_min;
        const auto late = random_.next_u64() % static_cast<std::uint64_t>(spread.count());
        const seam::duration wait = std::min<seam::duration>(asked, limits::reconnect_delay_max) +
                                    seam::duration(static_cast<std::int64_t>(late));
        return std::min<seam::duration>(std::max(own, wait), limits::reconnect_delay_max);
    }

    void reset() { bound_ = limits::reconnect_delay_min; }

  private:
    seam::random& random_;
    seam::duration bound_ = limits::reconnect_delay_min;
};

}  // namespace common::transport
