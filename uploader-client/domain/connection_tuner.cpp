#include "uploader-client/domain/connection_tuner.hpp"

#include <algorithm>
#include <chrono>

namespace uploader_client::domain {

namespace {

using namespace std::chrono_literals;

constexpr seam::duration settle_time = 500ms;    // until a new connection is up to speed
constexpr seam::duration measure_time = 1000ms;  // behind that
constexpr seam::duration retry_time = 5s;
constexpr double gain_min = 1.15;          // less could be chance
constexpr double seconds_left_min = 3;     // less is not worth a handshake
constexpr double network_share_min = 0.3;  // otherwise a disk or a CPU is what it waits for

}  // namespace

bool connection_tuner::look(const view& now) {
    if (asked_ != 0) {
        wanted_ = std::min(asked_, max_);
    } else if (!settled_ && now.connections == wanted_ && look_at_rate(now)) {
        ++wanted_;
    }
    return now.connections < wanted_ && now.now >= not_before_;
}

void connection_tuner::on_failed(seam::mono_time now) {
    not_before_ = now + retry_time;
}

void connection_tuner::measure_anew(const view& now) {
    measuring_ = true;
    measured_connections_ = now.connections;
    begun_ = now.now + settle_time;
    received_at_begin_ = now.received;
}

bool connection_tuner::look_at_rate(const view& now) {
    if (!measuring_ || measured_connections_ != now.connections) {
        measure_anew(now);
        return false;
    }
    if (now.now < begun_) {
        received_at_begin_ = now.received;
        return false;
    }
    const seam::duration passed = now.now - begun_;
    if (passed < measure_time) return false;
    const double seconds = std::chrono::duration<double>(passed).count();
    const double rate =
        static_cast<double>(now.received - std::min(now.received, received_at_begin_)) / seconds;
    measure_anew(now);
    if (now.connections > 1 && rate < best_rate_ * gain_min) {
        settled_ = true;
        return false;
    }
    best_rate_ = rate;
    const bool enough = static_cast<double>(now.left) > rate * seconds_left_min;
    return enough && !now.limited && rate > 0 && now.network_share >= network_share_min &&
           now.connections < max_;
}

}  // namespace uploader_client::domain
