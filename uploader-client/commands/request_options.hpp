// Defines ls, rm, mv, status and abort: the part of add_commands() for what is no transfer.
#pragma once

namespace CLI {
class App;
}

namespace uploader_client::commands {

struct command_line;

void add_request_commands(CLI::App& cli, command_line& line);

}  // namespace uploader_client::commands
