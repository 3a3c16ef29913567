// The options of the commands that ask about stored files.
#include "uploader-client/commands/request_options.hpp"

#include "common/app/program.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/filter_options.hpp"

#include <CLI/CLI.hpp>

namespace uploader_client::commands {
namespace {

using command = command_line::command;

void add_list(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("ls", "List a folder of the server");
    app.add_option("address", line.arguments, "The server and a path on it")
        ->expected(0, 1)
        ->type_name("ADDR[/PATH]");
    app.add_flag("-l", line.long_format, "With mode, size and local time");
    app.add_flag("--open", line.seal.wanted, "Show the names and sizes that were sealed");
    add_secret_options(app, line.seal);
    app.callback([&line] { line.chosen = command::list; });
    app::set_example(app, "uploader-client ls -l backup.example/alice");
}

void add_remove(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("rm", "Delete files, or with -r folders, on the server");
    app.add_option("addresses", line.arguments, "What to delete, all on one server")
        ->required()
        ->type_name("ADDR/PATH…");
    app.add_flag("-r,--recursive", line.recursive, "Folders too, with everything in them");
    app.add_flag("-f,--force", line.force, "What is not there is no error");
    app.callback([&line] { line.chosen = command::remove; });
    app::set_example(app, "uploader-client rm -r backup.example/alice/old");
}

void add_rename(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("mv", "Rename files and folders on the server");
    app.add_option("addresses", line.arguments, "What is there, then its new name or a folder to put it in")
        ->required()
        ->type_name("ADDR/PATH… [ADDR/]TO");
    app.add_flag("-f,--force", line.force, "Replace a file that has the name");
    app.callback([&line] { line.chosen = command::rename; });
    app::set_example(app, "uploader-client mv backup.example/draft.txt backup.example/final.txt");
}

void add_verify(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("verify", "Compare files with the server's; nothing is sent");
    app.add_option("arguments", line.arguments, "Files and folders, as given to put, then the server")
        ->required()
        ->type_name("PATH… ADDR[/FOLDER]");
    add_filter_options(app);
    add_verify_option(app, line, "The digest that both ends compute: fast (XXH3-128) or sha256");
    app.add_flag("--seal", line.seal.wanted, "They were put with --seal");
    add_secret_options(app, line.seal);
    app.callback([&app, &line] {
        line.chosen = command::verify;
        line.patterns = patterns_of(app);
    });
    app::set_example(app, "uploader-client verify photos backup.example/alice");
}

void add_status(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("status", "Show this key's unfinished uploads");
    app.add_option("address", line.arguments, "The server")->expected(0, 1)->type_name("ADDR");
    app.callback([&line] { line.chosen = command::status; });
    app::set_example(app, "uploader-client status backup.example");
}

void add_abort(CLI::App& cli, command_line& line) {
    CLI::App& app =
        *cli.add_subcommand("abort", "Forget unfinished uploads, and what the server has of them");
    app.add_option("arguments", line.arguments, "As shown by 'status', or how they begin; then the server")
        ->required()
        ->type_name("ID… ADDR");
    app.callback([&line] { line.chosen = command::abort; });
    app::set_example(app, "uploader-client abort 3f9c1a backup.example");
}

void add_seal(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("seal", "Encrypt a file on this machine, as put --seal does");
    app.add_option("file", line.arguments, "What to seal")->required()->expected(1)->type_name("FILE");
    app.add_option("-o,--output", line.output, "Where to [FILE.sealed]")->type_name("FILE");
    app.add_flag("-f,--force", line.force, "Replace what is there");
    add_secret_options(app, line.seal);
    app.callback([&line] { line.chosen = command::seal_file; });
    app::set_example(app, "uploader-client seal letters.tar");
}

void add_open(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("open", "Decrypt a sealed file on this machine");
    app.add_option("file", line.arguments, "What to open")->required()->expected(1)->type_name("FILE");
    app.add_option("-o,--output", line.output, "Where to [without .sealed]")->type_name("FILE");
    app.add_flag("-f,--force", line.force, "Replace what is there");
    add_secret_options(app, line.seal);
    app.callback([&line] { line.chosen = command::open_file; });
    app::set_example(app, "uploader-client open letters.tar.sealed");
}

}  // namespace

void add_seal_commands(CLI::App& cli, command_line& line) {
    add_seal(cli, line);
    add_open(cli, line);
}

void add_receipt_command(CLI::App& cli, command_line& line) {
    CLI::App& app = *cli.add_subcommand("receipt", "Look at what put --receipt has kept");
    app.require_subcommand(1);
    CLI::App& check =
        *app.add_subcommand("check", "Check its signatures, and a file against it; no server is asked");
    check.add_option("arguments", line.arguments, "The receipt, then a file on this machine")
        ->required()
        ->expected(1, 2)
        ->type_name("FILE [PATH]");
    check.callback([&line] { line.chosen = command::check_receipt; });
    app::set_example(app, "uploader-client receipt check kept.txt");
    app::set_example(check, "uploader-client receipt check kept.txt photos/a.jpg");
}

void add_verify_option(CLI::App& app, command_line& line, const std::string& help) {
    app.add_option_function<std::string>(
           "--verify",
           [&line](const std::string& how) {
               using protocol::upload::digest_kind;
               line.verify = how == "sha256" ? digest_kind::sha256 : digest_kind::xxh3_128;
           },
           help)
        ->check(CLI::IsMember({"fast", "sha256"}))
        ->option_text("fast|sha256");
}

void add_request_commands(CLI::App& cli, command_line& line) {
    add_list(cli, line);
    add_remove(cli, line);
    add_rename(cli, line);
    add_verify(cli, line);
    add_status(cli, line);
    add_abort(cli, line);
}

}  // namespace uploader_client::commands
