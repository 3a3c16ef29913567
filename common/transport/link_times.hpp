// What a connection's loop did for it, in time; for whoever asks why a transfer is slow.
#pragma once

#include "common/seam/clock.hpp"

namespace common::transport {

struct link_times {
    seam::duration reading{};  // receiving, decrypting, handling frames
    seam::duration blocked{};  // there was something to write, and the network took nothing
};

}  // namespace common::transport
