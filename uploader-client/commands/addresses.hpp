// The server among the arguments of a command, and the path on it.
#pragma once

#include "common/app/client_options.hpp"
#include "common/trust/join_link.hpp"
#include "uploader-client/domain/places.hpp"

#include <string>
#include <vector>

namespace uploader_client::commands {

struct remote {
    common::trust::server_address server;
    domain::remote_path at;
};

// Throws app::failure(exit_code::usage): no address, or a path that may not travel.
remote parse_remote_address(const std::string& text);

// Takes the address out of `arguments`: the last one, or the join link of --join-file or SLUICE_JOIN when the
// last one is a local path, or there is none.
remote take_address(std::vector<std::string>& arguments, const common::app::client_options& options);

}  // namespace uploader_client::commands
