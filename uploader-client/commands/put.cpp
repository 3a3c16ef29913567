#include "common/app/output.hpp"
#include "common/app/program.hpp"
#include "common/app/sizes.hpp"
#include "common/app/system_clock.hpp"
#include "common/app/terminal_text.hpp"
#include "common/transfer/limits.hpp"
#include "protocol/upload/name_policy.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/commands/sources.hpp"
#include "uploader-client/commands/transfer_run.hpp"
#include "uploader-client/session/put_conversation.hpp"

#include <algorithm>
#include <stdexcept>

namespace uploader_client::commands {

namespace transfer = common::transfer;
namespace upload = protocol::upload;

namespace {

domain::filter filter_of(const command_line& line) {
    try {
        return {line.includes, line.excludes};
    } catch (const std::invalid_argument& error) {
        throw app::usage_error("cannot use --include and --exclude as given", error.what());
    }
}

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
            .keep_mtime = line.preserve.find("mtime") != std::string::npos};
}

// Lists what would be sent, without a server.
app::exit_code plan(const command_line& line, sources& files) {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    for (;;) {
        const auto found = files.next(transfer::limits::scan_items_max);
        if (!found) throw std::system_error(found.error(), "cannot list the files");
        if (found->empty()) break;
        for (const transfer::outgoing& each : *found) {
            if (each.kind == upload::entry_kind::folder || each.error) continue;
            ++count;
            if (each.size != upload::size_unknown) bytes += each.size;
            if (!line.common.json && !line.common.quiet) {
                app::print(app::sanitize(each.path, app::text_kind::line) + "\n");
            }
        }
    }
    if (line.common.json) {
        const app::system_clock clock;
        app::json_writer events(STDOUT_FILENO, clock);
        events.write(events.event("plan").field("files", count).field("bytes", bytes));
    } else {
        app::print("would send " + std::to_string(count) + (count == 1 ? " file, " : " files, ") +
                   app::format_size(bytes) + "\n");
    }
    return app::exit_code::done;
}

}  // namespace

app::exit_code put(const app::program& self, const command_line& line) {
    std::vector<std::string> paths = line.arguments;
    const remote to = take_address(paths, line.common);
    if (paths.empty()) throw app::usage_error("wrong usage", "a PATH to send is missing");
    const auto files = std::make_shared<sources>(choice_of(line, std::move(paths)));
    if (line.dry_run) return plan(line, *files);

    runner with(line.common, to.server);
    std::uint64_t limit = line.limit_bytes_per_second;
    transfer_run run(self, line.common, with, {.verb = "store", .past = "stored", .moved = "sent"}, limit);
    if (!line.stdin_name.empty()) run.leave_keys_alone();
    with.on_interrupt = [&files] { files->interrupt(); };
    const auto what = session::put_conversation::create({with.home(), with.pool(), with.buffers()},
                                                        {.id = new_transfer_id(with.random()),
                                                         .folder = to.at.path,
                                                         .on_conflict = line.on_conflict,
                                                         .limit_bytes_per_second = limit},
                                                        files, run.told());
    run.converse(what, "store files in " + (to.at.path.empty() ? "/" : to.at.path));
    if (files->left_out() > 0) {
        run.told().notice("left out " + std::to_string(files->left_out()) +
                          " links and special files: they are not followed");
    }
    return run.conclude();
}

}  // namespace uploader_client::commands
