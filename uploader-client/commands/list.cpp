#include "common/app/output.hpp"
#include "common/app/system_clock.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/session/list_conversation.hpp"
#include "uploader-client/terminal/listing.hpp"

#include <unistd.h>

namespace uploader_client::commands {

app::exit_code list(const app::program&, const command_line& line) {
    std::vector<std::string> arguments = line.arguments;
    const remote at = take_address(arguments, line.common);
    const app::system_clock clock;
    app::json_writer events(STDOUT_FILENO, clock);
    runner with(line.common, at.server);
    bool broken = false;
    const auto show = [&](const protocol::upload::entry& each) {
        if (broken) return;
        const auto error =
            line.common.json
                ? events.try_write(terminal::entry_event(events.event("entry"), each))
                : app::write_all(STDOUT_FILENO, terminal::format_entry(each, line.long_format) + "\n");
        if (!error) return;
        broken = true;
        with.abandon({app::exit_code::failed, "output", "cannot write to standard output", error.message()});
    };
    const auto what = session::list_conversation::create(with.home(), at.at.path, show);
    with.run(what, {.doing = "list " + (at.at.path.empty() ? "/" : at.at.path)});
    return app::exit_code::done;
}

}  // namespace uploader_client::commands
