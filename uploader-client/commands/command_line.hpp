// The commands of uploader-client: their options, and what each of them does.
//
//   command_line line;
//   add_commands(self, line);        defines subcommands; then self.parse()
//   return run_command(self, line);  throws app::failure
#pragma once

#include "common/app/client_options.hpp"
#include "common/app/exit_code.hpp"
#include "protocol/upload/file_messages.hpp"
#include "protocol/upload/messages.hpp"
#include "uploader-client/commands/sealing.hpp"
#include "uploader-client/domain/preserve_words.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace common::app {
class program;
}

namespace uploader_client::commands {

namespace app = common::app;

struct command_line {
    enum class command {
        none,
        put,
        get,
        list,
        remove,
        rename,
        verify,
        status,
        abort,
        seal_file,
        open_file,
        check_receipt,
        discover,
        identity,
        forget
    };

    app::client_options common{};
    command chosen = command::none;
    std::vector<std::string> arguments{};  // of put and get: PATHs and an address, in their order
    std::string stdin_name{};
    std::vector<std::string>
        patterns{};  // of --include ('!' in front), --exclude and --exclude-from, in order
    protocol::upload::conflict_policy on_conflict = protocol::upload::conflict_policy::server_default;
    std::uint64_t limit_bytes_per_second = 0;
    bool compress = true;         // where it pays
    std::size_t connections = 0;  // 0: as many as make it faster
    domain::preserved preserve{.mode = true, .mtime = true};
    bool dry_run = false;
    bool delete_source = false;
    bool watch = false;
    bool checksum = false;
    bool long_format = false;
    protocol::upload::digest_kind verify = protocol::upload::digest_kind::xxh3_128;
    bool recursive = false;
    bool force = false;
    std::string receipt_file{};
    seal_choice seal{};
    std::string output{};  // of seal and open
    std::string forgotten_host{};
};

void add_commands(app::program& self, command_line& line);
app::exit_code run_command(app::program& self, command_line& line);

struct put_choice;
// The files that PATHs, --name, --include, --exclude and --preserve mean. Throws app::failure.
put_choice choice_of(const command_line& line, std::vector<std::string> paths);

app::exit_code put(const app::program& self, const command_line& line);
app::exit_code get(const app::program& self, const command_line& line);
app::exit_code list(const app::program& self, const command_line& line);
app::exit_code remove(const app::program& self, const command_line& line);
app::exit_code rename(const app::program& self, const command_line& line);
app::exit_code verify(const app::program& self, const command_line& line);
app::exit_code check_receipt(const app::program& self, const command_line& line);
app::exit_code seal_file(const app::program& self, const command_line& line);
app::exit_code open_file(const app::program& self, const command_line& line);
app::exit_code status(const app::program& self, const command_line& line);
app::exit_code abort(const app::program& self, const command_line& line);

}  // namespace uploader_client::commands
