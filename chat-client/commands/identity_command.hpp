// `identity` and `identity forget`: this machine's key, and the servers it knows.
#pragma once

#include "common/app/client_options.hpp"
#include "common/app/exit_code.hpp"

#include <string>

namespace chat_client::commands {

// Both throw app::failure.
common::app::exit_code show_identity(const common::app::client_options& options);
common::app::exit_code forget_server(const common::app::client_options& options, const std::string& host);

}  // namespace chat_client::commands
