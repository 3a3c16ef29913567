// Where the programs keep what they know: the XDG folders, or what systemd gives a service.
//
//   const auto env = process_environment();
//   const std::string state = options.state.empty() ? server_state_folder("chat-server", env) :
//   options.state; prepare_folder(state);                     0700; one clear line when it cannot be used
#pragma once

#include "common/app/environment.hpp"

#include <string>
#include <string_view>

namespace common::app {

// $STATE_DIRECTORY under systemd (its first entry), else $XDG_STATE_HOME/sluice/PROGRAM.
std::string server_state_folder(std::string_view program, const environment& env);

struct client_folders {
    std::string config;  // identity and known servers: $XDG_CONFIG_HOME/sluice
    std::string state;   // cursors and outbox: $XDG_STATE_HOME/sluice
};
client_folders find_client_folders(const environment& env);

// Makes the folder (0700) with its parents when missing, and proves that files can be made in it.
// Throws failure(exit_code::failed, "state").
void prepare_folder(const std::string& path);

}  // namespace common::app
