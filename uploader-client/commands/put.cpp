#include "common/app/program.hpp"
#include "protocol/upload/name_policy.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/receipt.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/commands/sealing.hpp"
#include "uploader-client/commands/sources.hpp"
#include "uploader-client/commands/transfer_run.hpp"
#include "uploader-client/commands/verify.hpp"
#include "uploader-client/session/put_conversation.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace uploader_client::commands {

namespace upload = protocol::upload;

namespace {

domain::filter filter_of(const command_line& line) {
    try {
        return {line.includes, line.excludes};
    } catch (const std::invalid_argument& error) {
        throw app::usage_error("cannot use --include and --exclude as given", error.what());
    }
}

}  // namespace

put_choice choice_of(const command_line& line, std::vector<std::string> paths) {
    const bool reads_stdin = std::ranges::find(paths, "-") != paths.end();
    if (reads_stdin && line.stdin_name.empty()) {
        throw app::usage_error("standard input needs a name", "", "give --name NAME");
    }
    if (!line.stdin_name.empty()) {
        if (!reads_stdin) throw app::usage_error("--name is for standard input", "", "give '-' as a PATH");
        const auto fault = upload::check_path(line.stdin_name);
        if (fault != upload::name_fault::none) {
            throw app::usage_error("cannot use the name " + line.stdin_name, upload::text_of(fault));
        }
    }
    return {.paths = std::move(paths),
            .stdin_name = line.stdin_name,
            .filter = filter_of(line),
            .keep_mode = line.preserve.find("mode") != std::string::npos,
            .keep_mtime = line.preserve.find("mtime") != std::string::npos,
            .keys = nullptr};
}

app::exit_code put(const app::program& self, const command_line& line) {
    std::vector<std::string> paths = line.arguments;
    const remote to = take_address(paths, line.common);
    if (paths.empty()) throw app::usage_error("wrong usage", "a PATH to send is missing");
    std::vector<std::string> compared = paths;
    const bool compares = line.verify == upload::digest_kind::sha256;
    if (compares && !line.stdin_name.empty()) {
        throw app::usage_error("cannot compare standard input", "it cannot be read again",
                               "leave --verify out");
    }
    put_choice chosen = choice_of(line, std::move(paths));
    chosen.keys = sealing_for(line, to.server, asked::twice);
    const auto keys = chosen.keys;
    const auto files = std::make_shared<sources>(std::move(chosen));
    runner with(line.common, to.server);
    std::uint64_t limit = line.limit_bytes_per_second;
    with.on_interrupt = [&files] { files->interrupt(); };
    std::optional<receipt_file> kept;
    if (!line.receipt_file.empty() && !line.dry_run) kept.emplace(line.receipt_file, with);
    const session::put_settings settings{
        .id = new_transfer_id(with.random()),
        .folder = to.at.path,
        .on_conflict = keys ? sealed_policy(line) : line.on_conflict,
        .limit_bytes_per_second = limit,
        .receipts = kept ? &*kept : nullptr,
        .sending = {.checksum = line.checksum, .dry_run = line.dry_run, .pack = line.compress},
    };
    const std::string doing = "store files in " + (to.at.path.empty() ? "/" : to.at.path);
    const transfer_run::words words{.verb = "store", .past = "stored", .moved = "sent"};
    readable_names names(keys);
    const auto conversation_with = [&](domain::transfer_observer& observer) {
        return session::put_conversation::create({with.home(), with.pool(), with.buffers()}, settings, files,
                                                 names.around(observer));
    };
    if (line.dry_run) return show_plan(self, line.common, with, "send", doing, conversation_with);

    transfer_run run(self, line.common, with, words, limit);
    if (!line.stdin_name.empty()) run.leave_keys_alone();
    run.readable = names.function();
    const auto what = conversation_with(run.told());
    what->set_connections(line.connections);
    run.converse(what, doing);
    if (files->left_out() > 0) {
        run.told().notice("left out " + std::to_string(files->left_out()) +
                          " links and special files: they are not followed");
    }
    if (kept) kept->finish();
    run.told().receipt = line.receipt_file;
    const auto code = run.conclude();
    if (code != app::exit_code::done || !compares) return code;
    put_choice again = choice_of(line, std::move(compared));
    again.keys = keys;
    return compare_contents(self, line,
                            {.server = to.server,
                             .folder = to.at.path,
                             .files = std::make_shared<sources>(std::move(again)),
                             .keys = keys});
}

}  // namespace uploader_client::commands
