#include "common/app/output.hpp"
#include "common/app/system_clock.hpp"
#include "common/stream/sealed_file.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/commands/sealing.hpp"
#include "uploader-client/session/list_conversation.hpp"
#include "uploader-client/terminal/listing.hpp"

#include <unistd.h>

namespace uploader_client::commands {

namespace {

// As it was before it was sealed, if it was.
protocol::upload::entry opened(protocol::upload::entry each, std::string& name,
                               const common::transfer::sealing& keys) {
    name = keys.readable(each.name);
    const auto size = common::stream::plain_size(each.size);
    if (name != each.name && each.kind == protocol::upload::entry_kind::file && size) each.size = *size;
    each.name = name;
    return each;
}

void list_one(const command_line& line, const remote& at, const std::string& path,
              const std::shared_ptr<const common::transfer::sealing>& keys) {
    const app::system_clock clock;
    app::json_writer events(STDOUT_FILENO, clock);
    runner with(line.common, at.server);
    bool broken = false;
    const auto show = [&](const protocol::upload::entry& sealed) {
        if (broken) return;
        std::string name;
        const auto each = keys ? opened(sealed, name, *keys) : sealed;
        const auto error =
            line.common.json
                ? events.try_write(terminal::entry_event(events.event("entry"), each))
                : app::write_all(STDOUT_FILENO, terminal::format_entry(each, line.long_format) + "\n");
        if (!error) return;
        broken = true;
        with.abandon({app::exit_code::failed, "output", "cannot write to standard output", error.message()});
    };
    const auto what = session::list_conversation::create(with.home(), path, show);
    with.run(what, {.doing = "list " + (at.at.path.empty() ? "/" : at.at.path), .notice = {}});
}

}  // namespace

app::exit_code list(const app::program&, const command_line& line) {
    std::vector<std::string> arguments = line.arguments;
    const remote at = take_address(arguments, line.common);
    const auto keys = sealing_for(line, at.server, asked::once);
    const std::vector<std::string> places = places_of(keys, at.at.path);
    for (std::size_t i = 0;; ++i) {
        try {
            list_one(line, at, places[i], keys);
            return app::exit_code::done;
        } catch (const app::failure& why) {
            if (why.code() != name_of(protocol::error_code::no_such_file) || i + 1 == places.size()) throw;
        }
    }
}

}  // namespace uploader_client::commands
