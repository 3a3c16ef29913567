// The options that both servers have, from the command line, the environment (SLUICE_…) or --config FILE.
//
//   server_options options;
//   add_server_options(self, options, {.port = 7400, .example = "chat-server --listen 0.0.0.0:7400 --open"});
//   add_access_options(self, access);        see access_options.hpp
//   …the program's own options…
//   self.parse();                            afterwards every field is set and checked
#pragma once

#include "common/app/addresses.hpp"
#include "common/app/limits.hpp"
#include "common/app/logging.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace common::app {

class program;

// Who gets in besides the keys that are enrolled already.
enum class access_mode {
    token,   // whoever proves to know a token
    open,    // everybody
    closed,  // nobody
};

struct server_options {
    // Never empty after parsing. By default all IPv4 and all IPv6 addresses; then a family that the machine
    // does not have is no error.
    std::vector<address> listen;
    bool listen_by_default = false;

    std::string state;  // the folder; never empty after parsing
    std::string name;   // shown to people; the host's name by default
    access_mode access = access_mode::token;
    unsigned threads = 0;  // event-loop workers; never 0 after parsing
    std::uint32_t connections_max = limits::connections_default;
    std::optional<address> metrics;
    bool announce = true;
    bool plaintext = false;
    bool plaintext_accepted = false;  // --i-know-this-is-readable
    std::string tls_keylog;           // empty: none
    bool sandbox = false;             // on by default on the command line
    log_options log;
    bool json = false;
};

struct server_defaults {
    std::uint16_t port;
    std::string_view example;
};

void add_server_options(program& self, server_options& options, const server_defaults& defaults);

// The checks that concern several options; throws a usage failure. add_server_options() arranges for it.
void check_server_options(const server_options& options);

}  // namespace common::app
