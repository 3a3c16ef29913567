// What both clients' `identity` command does: shows this machine's key and the servers it knows, or forgets
// one.
//
// Both block, write to standard output and throw app::failure.
#pragma once

#include "common/app/client_options.hpp"
#include "common/app/exit_code.hpp"

#include <string>

namespace common::service {

// With --json an `identity` event (key, file, fingerprint) and a `server` event (name, fingerprint) for each
// one.
app::exit_code show_identity(const app::client_options& options);

// `host` may carry a port; without one, all ports of the host are forgotten.
app::exit_code forget_server(const app::client_options& options, const std::string& host);

}  // namespace common::service
