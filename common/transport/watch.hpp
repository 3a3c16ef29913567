// When a connection counts as dead or hostile, as arithmetic on times; pure.
//
//   on_received(n), on_written(), frame_begun(…)  note what happens;  look(now) says what to do about it.
//
// Limits of zero mean "never". A reader that has stopped is not dead: no rule here ends it unless a
// program sets write_progress_max; that its host has gone is noticed by TCP (see socket_options.hpp).
#pragma once

#include "common/seam/clock.hpp"
#include "common/transport/close_reason.hpp"
#include "common/transport/limits.hpp"

#include <cstddef>

namespace common::transport {

struct watch_limits {
    seam::duration ping_after = limits::ping_after;    // silence after which we ask whether the peer is there
    seam::duration silence_max = limits::silence_max;  // zero: a silent peer is left to TCP
    seam::duration write_progress_max = {};            // zero: a peer may take its time
    seam::duration frame_grace = limits::frame_grace;  // from then on frame_rate_min holds
    std::size_t frame_rate_min = limits::frame_rate_min;
    seam::duration body_grace = limits::body_grace;  // from then on body_rate_min holds
    std::size_t body_rate_min = limits::body_rate_min;
};

class watch {
  public:
    watch(const watch_limits& bounds, seam::mono_time now)
        : bounds_(bounds), received_at_(now), written_at_(now), frame_begun_at_(now) {}

    void on_received(seam::mono_time now) {
        received_at_ = now;
        ping_sent_ = false;
    }
    // Progress of writing, or nothing left to write.
    void on_written(seam::mono_time now) { written_at_ = now; }
    void on_ping_sent() { ping_sent_ = true; }

    // `unread` bytes of a frame that is not complete wait; 0 between frames.
    void on_unread(std::size_t unread, bool new_frame, seam::mono_time now);
    // Reading was paused by us: time does not count against the peer.
    void on_resumed(seam::mono_time now);

    struct verdict {
        close_reason end = close_reason::none;
        bool ping = false;
        seam::duration look_again_in{};
    };
    verdict look(seam::mono_time now, bool reading, bool write_waits) const;

  private:
    bool too_slow(seam::mono_time now) const;

    watch_limits bounds_;
    seam::mono_time received_at_;
    seam::mono_time written_at_;
    seam::mono_time frame_begun_at_;
    std::size_t frame_unread_ = 0;
    std::size_t frame_unread_before_pause_ = 0;
    bool ping_sent_ = false;
};

}  // namespace common::transport
