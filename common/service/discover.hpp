// The `discover` command of both clients: which servers of its application are on the local network.
//
//   return discover_command(options, trust::application::chat);   blocks for limits::browse_time_default
#pragma once

#include "common/app/client_options.hpp"
#include "common/app/exit_code.hpp"
#include "common/discovery/server_list.hpp"

#include <span>
#include <string>

namespace common::service {

// Prints a line for each server, or `server` events. None found is no failure: a hint on stderr says what may
// be the matter. Throws app::failure when there is no daemon to ask.
app::exit_code discover_command(const app::client_options& options, trust::application app);

// "NAME  HOST:PORT  FINGERPRINT" in columns, then "  plaintext" if there is no TLS. Safe for a terminal.
std::string describe_servers(std::span<const discovery::found_server> servers);

}  // namespace common::service
