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
#include "uploader-client/commands/watch_source.hpp"
#include "uploader-client/session/put_conversation.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace uploader_client::commands {

namespace transfer = common::transfer;
namespace upload = protocol::upload;

namespace {

domain::filter filter_of(const command_line& line) {
    try {
        return domain::filter(line.patterns);
    } catch (const std::invalid_argument& error) {
        throw app::usage_error("cannot use the patterns as given", error.what());
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
            .preserve = line.preserve,
            .keys = nullptr};
}

namespace {

void check_combination(const command_line& line) {
    const bool compares = line.verify == upload::digest_kind::sha256;
    if (line.watch &&
        (line.dry_run || line.verify == upload::digest_kind::sha256 || !line.stdin_name.empty())) {
        throw app::usage_error("--watch goes on for ever",
                               "it cannot be used with --dry-run, --verify or standard input");
    }
    if (compares && !line.stdin_name.empty()) {
        throw app::usage_error("cannot compare standard input", "it cannot be read again",
                               "leave --verify out");
    }
    if (compares && line.delete_source) {
        throw app::usage_error("cannot compare what --delete-source deletes", "", "leave one of them out");
    }
}

}  // namespace

app::exit_code put(const app::program& self, const command_line& line) {
    std::vector<std::string> paths = line.arguments;
    const remote to = take_address(paths, line.common);
    if (paths.empty()) throw app::usage_error("wrong usage", "a PATH to send is missing");
    check_combination(line);
    std::vector<std::string> compared = paths;
    const bool compares = line.verify == upload::digest_kind::sha256;
    put_choice chosen = choice_of(line, std::move(paths));
    chosen.keys = sealing_for(line, to.server, asked::twice);
    const auto keys = chosen.keys;
    std::shared_ptr<watch_source> watched;
    std::shared_ptr<sources> listed;
    std::shared_ptr<transfer::outgoing_source> files;
    if (line.watch) {
        files = watched = std::make_shared<watch_source>(std::move(chosen));
    } else {
        files = listed = std::make_shared<sources>(std::move(chosen));
    }
    runner with(line.common, to.server);
    std::uint64_t limit = line.limit_bytes_per_second;
    with.on_interrupt = [&] { watched ? watched->interrupt() : listed->interrupt(); };
    with.finish_when_interrupted = line.watch;
    std::optional<receipt_file> kept;
    if (!line.receipt_file.empty() && !line.dry_run) kept.emplace(line.receipt_file, with);
    const bool by_default = line.on_conflict == upload::conflict_policy::server_default;
    const auto policy = line.watch && by_default ? upload::conflict_policy::overwrite : line.on_conflict;
    const session::put_settings settings{
        .id = new_transfer_id(with.random()),
        .folder = to.at.path,
        .on_conflict = keys && !line.watch ? sealed_policy(line) : policy,
        .limit_bytes_per_second = limit,
        .receipts = kept ? &*kept : nullptr,
        .sending = {.checksum = line.checksum, .dry_run = line.dry_run, .pack = line.compress},
        .delete_source = line.delete_source && !line.dry_run,
        .watching = line.watch,
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
    for (const std::string& remark : watched ? watched->remarks() : listed->remarks()) {
        run.told().notice(remark);
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
