// Compares local files with the server's, both ends reading their disks: the command verify, and what
// put and get do once more with --verify sha256.
#pragma once

#include "common/transfer/outgoing.hpp"
#include "common/transfer/sealed_disk.hpp"
#include "common/trust/join_link.hpp"
#include "uploader-client/commands/command_line.hpp"

#include <memory>
#include <string>

namespace uploader_client::commands {

struct comparison {
    common::trust::server_address server;
    std::string folder;  // on the server; empty: its root
    std::shared_ptr<common::transfer::outgoing_source> files;
    std::shared_ptr<const common::transfer::sealing> keys;
    bool by_itself = false;  // ends with a summary
};

// Tells what differs. verification_failed, partly_done or done. Throws app::failure.
app::exit_code compare_contents(const app::program& self, const command_line& line, const comparison& what);

}  // namespace uploader_client::commands
