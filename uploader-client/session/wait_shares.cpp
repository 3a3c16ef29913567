#include "uploader-client/session/wait_shares.hpp"

#include <algorithm>

namespace uploader_client::session {

namespace seam = common::seam;

// A sender that is blocked, or waits for answers, waits for what the receiver does meanwhile; only what is
// left of that is the network's.
domain::wait_shares shares_of(const common::transfer::wait_times& sender,
                              const common::transfer::wait_times& receiver) {
    const auto elapsed = std::max(sender.elapsed, receiver.elapsed);
    if (elapsed <= seam::duration::zero()) return {};
    const auto share = [&](seam::duration part) {
        return std::clamp(static_cast<double>(part.count()) / static_cast<double>(elapsed.count()), 0.0, 1.0);
    };
    return {.source_disk = share(sender.disk),
            .source_cpu = share(sender.cpu),
            .network = share(sender.network + sender.peer - receiver.disk - receiver.cpu - receiver.limit),
            .target_cpu = share(receiver.cpu),
            .target_disk = share(receiver.disk),
            .limit = share(sender.limit + receiver.limit)};
}

}  // namespace uploader_client::session
