#include "common/transport/watch.hpp"

#include <algorithm>

namespace common::transport {

void watch::on_unread(std::size_t unread, bool new_frame, seam::mono_time now) {
    if (new_frame || frame_unread_ == 0) {
        frame_begun_at_ = now;
        frame_unread_before_pause_ = 0;
    }
    frame_unread_ = unread;
}

void watch::on_resumed(seam::mono_time now) {
    received_at_ = now;
    frame_begun_at_ = now;
    frame_unread_before_pause_ = frame_unread_;
}

bool watch::too_slow(seam::mono_time now) const {
    if (frame_unread_ == 0) return false;
    const auto elapsed = now - frame_begun_at_;
    const auto came = static_cast<double>(frame_unread_ - frame_unread_before_pause_);
    const double seconds = std::chrono::duration<double>(elapsed).count();
    const auto below = [&](seam::duration grace, std::size_t rate) {
        return grace.count() > 0 && elapsed >= grace && came < seconds * static_cast<double>(rate);
    };
    return below(bounds_.frame_grace, bounds_.frame_rate_min) ||
           below(bounds_.body_grace, bounds_.body_rate_min);
}

watch::verdict watch::look(seam::mono_time now, bool reading, bool write_waits) const {
    verdict result;
    result.look_again_in = limits::watch_period_max;
    // True when the time is up; otherwise the next look is not later than that.
    const auto over = [&](seam::mono_time since, seam::duration limit) {
        if (limit.count() <= 0) return false;
        const auto left = since + limit - now;
        if (left.count() <= 0) return true;
        result.look_again_in = std::min<seam::duration>(result.look_again_in, left);
        return false;
    };
    if (reading && over(received_at_, bounds_.silence_max)) result.end = close_reason::silent;
    if (reading && too_slow(now)) result.end = close_reason::frame_too_slow;
    if (write_waits && over(written_at_, bounds_.write_progress_max))
        result.end = close_reason::no_write_progress;
    // While writes wait, a ping would only wait with them.
    if (!ping_sent_ && reading && !write_waits) result.ping = over(received_at_, bounds_.ping_after);
    return result;
}

}  // namespace common::transport
