// Defines ls, rm, mv, verify, status and abort: the part of add_commands() for what is no transfer.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace uploader_client::commands {

struct command_line;

void add_request_commands(CLI::App& cli, command_line& line);
// seal and open.
void add_seal_commands(CLI::App& cli, command_line& line);
// receipt check.
void add_receipt_command(CLI::App& cli, command_line& line);
// --verify: of verify, put and get.
void add_verify_option(CLI::App& app, command_line& line, const std::string& help);

}  // namespace uploader_client::commands
