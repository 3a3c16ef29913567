#include "uploader-server/session/transfer_meter.hpp"

#include "common/transfer/limits.hpp"

#include <utility>

namespace uploader_server::session {

transfer_meter::~transfer_meter() {
    told_.on_durable_lag(-lag_);
    told_.on_queue(-queue_);
    told_.on_transfers(-1);
}

void transfer_meter::look(const common::transfer::receiver& half, bool last) {
    const auto& counts = half.counts();
    told_.on_received_bytes(counts.received_bytes - std::exchange(received_, counts.received_bytes));
    const auto lag =
        static_cast<std::int64_t>(counts.received_bytes + counts.resumed_bytes - counts.durable_bytes);
    told_.on_durable_lag(lag - std::exchange(lag_, lag));
    const auto queue = static_cast<std::int64_t>(half.waiting_bytes());
    told_.on_queue(queue - std::exchange(queue_, queue));
    look_at_waits(half.waits(), last);
}

void transfer_meter::look(const common::transfer::sender& half, bool last) {
    const auto sent = half.counts().sent_bytes;
    told_.on_sent_bytes(sent - std::exchange(sent_, sent));
    look_at_waits(half.waits(), last);
}

void transfer_meter::look_at_waits(const common::transfer::wait_times& now, bool last) {
    // Shares are estimates: small steps of them mean nothing.
    if (!last && now.elapsed - waits_.elapsed < common::transfer::limits::waits_period) return;
    told_.on_waits({.elapsed = now.elapsed - waits_.elapsed,
                    .disk = now.disk - waits_.disk,
                    .cpu = now.cpu - waits_.cpu,
                    .network = now.network - waits_.network,
                    .limit = now.limit - waits_.limit,
                    .peer = now.peer - waits_.peer});
    waits_ = now;
}

}  // namespace uploader_server::session
