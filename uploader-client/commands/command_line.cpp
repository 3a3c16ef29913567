#include "uploader-client/commands/command_line.hpp"

#include "common/app/environment.hpp"
#include "common/app/failure.hpp"
#include "common/app/logging.hpp"
#include "common/app/program.hpp"
#include "common/app/sizes.hpp"
#include "common/service/discover.hpp"
#include "common/service/identity_command.hpp"
#include "uploader-client/commands/filter_options.hpp"
#include "uploader-client/commands/request_options.hpp"
#include "uploader-client/domain/conflict_words.hpp"

#include <CLI/CLI.hpp>

namespace uploader_client::commands {
namespace {

using command = command_line::command;

void add_transfer_options(CLI::App& app, command_line& line) {
    app.add_option_function<std::string>(
           "--on-conflict",
           [&line](const std::string& policy) {
               const auto chosen = domain::parse_conflict_policy(policy);
               if (!chosen) throw CLI::ValidationError("--on-conflict: there is no '" + policy + "'");
               line.on_conflict = *chosen;
           },
           "When another file has the name: fail, rename the new one, overwrite or skip it, or overwrite "
           "what is older")
        ->option_text("fail|rename|overwrite|skip|newer");
    app.add_flag("-c,--checksum", line.checksum,
                 "Compare contents, not size and time, to find what is there");
    app.add_flag("-n,--dry-run", line.dry_run,
                 "Say what would travel and what is in the way; change nothing");
    app.add_option_function<std::string>(
           "--compress", [&line](const std::string& how) { line.compress = how == "auto"; },
           "auto: what gets shorter by it, while the link is slower than that [auto]")
        ->check(CLI::IsMember({"auto", "off"}))
        ->option_text("auto|off");
    app.add_option_function<std::string>(
           "--connections",
           [&line](const std::string& text) {
               const auto count = text == "auto" ? 0 : app::parse_count(text);
               const bool known = count && *count <= protocol::upload::limits::lanes_max;
               if (!known || (*count == 0 && text != "auto")) {
                   throw CLI::ValidationError("--connections: write auto or a number from 1 to " +
                                              std::to_string(protocol::upload::limits::lanes_max));
               }
               line.connections = *count;
           },
           "Connections for one transfer; auto: as many as make it faster [auto]")
        ->type_name("auto|N");
    app.add_option_function<std::string>(
           "--preserve",
           [&line](const std::string& words) {
               const auto chosen = domain::parse_preserve(words);
               if (!chosen)
                   throw CLI::ValidationError("--preserve: write mode, mtime and links with commas, or none");
               line.preserve = *chosen;
           },
           "What is kept beside the content: mode, mtime, links (as links), or none")
        ->option_text("WHAT [mode,mtime]");
    app.add_option_function<std::string>(
           "--limit",
           [&line](const std::string& text) {
               const auto rate = app::parse_rate(text);
               if (!rate) throw CLI::ValidationError("--limit: write a rate such as 20MiB or 500K/s");
               line.limit_bytes_per_second = *rate;
           },
           "At most so many bytes in a second")
        ->type_name("RATE");
}

void add_put(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("put", "Send files and trees; run again it resumes");
    app.add_option("arguments", line.arguments, "Files and folders ('-': standard input), then the server")
        ->required()
        ->type_name("PATH… ADDR[/FOLDER]");
    app.add_option("--name", line.stdin_name, "What standard input is called on the server")
        ->type_name("NAME");
    add_filter_options(app);
    add_transfer_options(app, line);
    app.add_flag("--seal", line.seal.wanted, "Encrypt contents and names here; the server sees neither");
    add_secret_options(app, line.seal);
    app.add_option("--receipt", line.receipt_file, "Append what the server signed to have stored")
        ->type_name("FILE");
    add_verify_option(
        app, line,
        "fast: digests of chunks on the way; sha256: then also both ends read their disks and compare");
    app.add_flag("--delete-source", line.delete_source,
                 "Delete here what is stored there, durably and unchanged");
    app.add_flag(
        "--watch", line.watch,
        "Go on: send what appears or changes, once it is quiet; overwrites unless --on-conflict is given");
    app.callback([&app, &line] {
        line.chosen = command::put;
        line.patterns = patterns_of(app);
    });
    app::set_example(app, "uploader-client put --exclude .git project backup.example/alice");
}

void add_get(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("get", "Bring files and trees here; run again it resumes");
    app.add_option("arguments", line.arguments, "What to bring, then where to (this folder)")
        ->required()
        ->type_name("ADDR/PATH… [LOCAL]");
    add_transfer_options(app, line);
    app.add_flag("--open", line.seal.wanted, "Decrypt what was put with --seal");
    add_secret_options(app, line.seal);
    add_verify_option(
        app, line,
        "fast: digests of chunks on the way; sha256: then also both ends read their disks and compare");
    app.callback([&line] { line.chosen = command::get; });
    app::set_example(app, "uploader-client get backup.example/alice/project .");
}

void add_discover(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("discover", "Show the servers on the local network");
    app.callback([&line] { line.chosen = command::discover; });
    app::set_example(app, "uploader-client discover --json");
}

void add_identity(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("identity", "This machine's key and the servers it knows");
    app.callback([&line] {
        if (line.chosen == command::none) line.chosen = command::identity;
    });
    CLI::App& forget = *app.add_subcommand("forget", "Forget the key of a server");
    forget.add_option("host", line.forgotten_host, "As it stands in known_servers")
        ->required()
        ->type_name("HOST[:PORT]");
    forget.callback([&line] { line.chosen = command::forget; });
    app::set_example(app, "uploader-client identity");
    app::set_example(forget, "uploader-client identity forget backup.example");
}

}  // namespace

void add_commands(app::program& self, command_line& line) {
    app::add_client_options(self, line.common);
    CLI::App& cli = self.cli();
    cli.require_subcommand(1);
    add_put(cli, line);
    add_get(cli, line);
    add_request_commands(cli, line);
    add_seal_commands(cli, line);
    add_receipt_command(cli, line);
    add_discover(cli, line);
    add_identity(cli, line);
    app::set_example(cli, "uploader-client put holiday.mov backup.example");
}

app::exit_code run_command(app::program& self, command_line& line) {
    app::start_logging(line.common.log, app::process_environment());
    switch (line.chosen) {
        case command::put:
            return put(self, line);
        case command::get:
            return get(self, line);
        case command::list:
            return list(self, line);
        case command::remove:
            return remove(self, line);
        case command::rename:
            return rename(self, line);
        case command::verify:
            return verify(self, line);
        case command::status:
            return status(self, line);
        case command::abort:
            return abort(self, line);
        case command::check_receipt:
            return check_receipt(self, line);
        case command::seal_file:
            return seal_file(self, line);
        case command::open_file:
            return open_file(self, line);
        case command::discover:
            return common::service::discover_command(line.common, common::trust::application::upload);
        case command::identity:
            return common::service::show_identity(line.common);
        case command::forget:
            return common::service::forget_server(line.common, line.forgotten_host);
        case command::none:
            break;
    }
    throw app::usage_error("wrong usage", "a command is missing", "see 'uploader-client --help'");
}

}  // namespace uploader_client::commands
