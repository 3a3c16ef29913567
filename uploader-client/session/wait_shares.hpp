// Both halves' waiting times together: what held the transfer up. Pure.
#pragma once

#include "common/transfer/waits.hpp"
#include "uploader-client/domain/report.hpp"

namespace uploader_client::session {

domain::wait_shares shares_of(const common::transfer::wait_times& sender,
                              const common::transfer::wait_times& receiver);

}  // namespace uploader_client::session
