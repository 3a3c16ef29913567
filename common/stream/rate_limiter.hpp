// Lets bytes pass at a bounded rate, which may change while they do. Holds back only the slice at hand.
//
//   rate_limiter limit(loop, 10'000'000, 64 * 1024);       // bytes per second; bytes at once
//   pipe moving(source, {&limit}, sink);
//   ...  limit.set_rate(0);                                // no limit, from now on
//
// Slices larger than the burst pass in pieces of it, so the burst is a hard bound.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/stream/event.hpp"
#include "common/stream/token_bucket.hpp"
#include "common/stream/transform.hpp"

#include <cstdint>

namespace common::stream {

class rate_limiter final : public transform {
  public:
    rate_limiter(seam::event_loop& loop, std::uint64_t rate_bytes_per_s, std::size_t burst_bytes);

    task<std::error_code> push(slice bytes, writable& out) override;
    task<std::error_code> finish(writable& out) override;
    void abort(std::error_code why) override;

    // Takes effect at once, for the wait in progress too. 0 is no limit.
    void set_rate(std::uint64_t rate_bytes_per_s);
    std::uint64_t rate_bytes_per_s() const { return bucket_.rate_bytes_per_s(); }
    // How long bytes have waited here.
    seam::duration waited() const { return waited_; }

  private:
    task<std::error_code> wait_for(std::size_t bytes);

    seam::event_loop& loop_;
    token_bucket bucket_;
    event changed_;
    seam::timer timer_;
    seam::duration waited_{};
};

}  // namespace common::stream
