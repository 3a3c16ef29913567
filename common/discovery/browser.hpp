// Looks for the servers of one application on the local network, by way of the Avahi daemon.
//
//   const browse_result found = browse(application::chat, limits::browse_time_default);
//   if (!found.unavailable.empty()) …there is nobody to ask, and this says why…
//   for (const found_server& each : found.servers) …
//
// Blocks the calling thread for the whole time given, so an event loop has it done by a blocking pool.
#pragma once

#include "common/discovery/server_list.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace common::discovery {

struct browse_result {
    std::vector<found_server> servers{};
    std::string unavailable{};  // empty when the network was asked
};

// At most limits::browse_time_max, and at most limits::servers_max servers.
browse_result browse(trust::application app, std::chrono::milliseconds time);

}  // namespace common::discovery
