// Does what the command line asks for.
#pragma once

#include "chat-client/commands/options.hpp"
#include "common/app/client_options.hpp"
#include "common/app/exit_code.hpp"

#include <string>

namespace chat_client::commands {

// Throws app::failure.
common::app::exit_code run(common::app::client_options& common, chat_options& options,
                           const std::string& version);

}  // namespace chat_client::commands
