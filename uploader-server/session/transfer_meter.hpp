// What one transfer adds to the server's metrics: the differences since it was looked at last.
//
//   transfer_meter meter(observers);
//   meter.look(receiver);  or  meter.look(sender);     whenever the counts change
//   …                                                  the destructor takes back what was only for a while
#pragma once

#include "common/transfer/receiver.hpp"
#include "common/transfer/sender.hpp"
#include "uploader-server/session/settings.hpp"

namespace uploader_server::session {

class transfer_meter {
  public:
    explicit transfer_meter(const observers& told) : told_(told) { told_.on_transfers(1); }
    ~transfer_meter();
    transfer_meter(const transfer_meter&) = delete;
    transfer_meter& operator=(const transfer_meter&) = delete;

    void look(const common::transfer::receiver& half, bool last = false);
    void look(const common::transfer::sender& half, bool last = false);

  private:
    void look_at_waits(const common::transfer::wait_times& now, bool last);

    const observers& told_;
    std::uint64_t received_ = 0;
    std::uint64_t sent_ = 0;
    std::int64_t lag_ = 0;
    std::int64_t queue_ = 0;
    common::transfer::wait_times waits_;
};

}  // namespace uploader_server::session
