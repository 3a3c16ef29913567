// The options that both clients have.
//
//   client_options options;
//   add_client_options(self, options);
//   …subcommands; each calls set_example()…
//   self.parse();
//   const auto link = find_join_link(options, process_environment());   when no ADDR was given
#pragma once

#include "common/app/environment.hpp"
#include "common/app/logging.hpp"
#include "common/app/paths.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace common::app {

class program;

struct client_options {
    bool accept_new = false;  // of servers seen for the first time; a changed key is never accepted
    bool plaintext = false;
    bool quiet = false;
    std::string join_file;
    std::string tls_keylog;                // empty: none
    std::optional<std::uint32_t> retries;  // nothing: for ever
    bool retry_first = false;              // asked for: counts for a server that was never there too
    log_options log{.level = "warn", .file = {}};
    client_folders folders;  // set by parsing
    bool json = false;
};

// They may stand before or behind a subcommand.
void add_client_options(program& self, client_options& options);

// The first line of --join-file, else SLUICE_JOIN, else nothing.
// Throws failure(exit_code::failed, "join_file") when the file cannot be read or is none.
std::optional<std::string> find_join_link(const client_options& options, const environment& env);

}  // namespace common::app
