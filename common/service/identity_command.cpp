#include "common/service/identity_command.hpp"

#include "common/app/json_events.hpp"
#include "common/app/output.hpp"
#include "common/app/system_clock.hpp"
#include "common/app/terminal_text.hpp"
#include "common/service/clear_error.hpp"
#include "common/trust/identity.hpp"
#include "common/trust/known_servers.hpp"

#include <unistd.h>

namespace common::service {
namespace {

using app::exit_code;
using app::failure;

template <class Work>
exit_code with_own_folder(const app::client_options& options, Work work) {
    return with_clear_error("cannot use the client's files",
                            [&] { return work(open_folder(options.folders.config)); });
}

}  // namespace

app::exit_code show_identity(const app::client_options& options) {
    return with_own_folder(options, [&](const trust::state_folder& folder) {
        const trust::identity identity = trust::load_or_create_identity(folder);
        const trust::known_servers known(folder);
        const auto servers = known.all();
        if (options.json) {
            const app::system_clock clock;
            app::json_writer events(STDOUT_FILENO, clock);
            events.write(events.event("identity")
                             .field("key", identity.id())
                             .field("file", identity.file)
                             .field("fingerprint", identity.full_fingerprint()));
            for (const trust::known_server& each : servers) {
                events.write(events.event("server")
                                 .field("name", each.name)
                                 .field("fingerprint", trust::to_text(each.pin.print)));
            }
            return exit_code::done;
        }
        std::string text = "key   " + identity.id() + "\nfile  " + identity.file + "\n";
        text += servers.empty() ? "no known servers\n" : "known servers (" + known.file() + "):\n";
        for (const trust::known_server& each : servers) {
            text += "  " + app::sanitize(each.name, app::text_kind::name) + "  " +
                    trust::display(each.pin.print) + "\n";
        }
        app::print(text);
        return exit_code::done;
    });
}

app::exit_code forget_server(const app::client_options& options, const std::string& host) {
    return with_own_folder(options, [&](const trust::state_folder& folder) {
        const trust::known_servers known(folder);
        if (known.forget(host) == 0) {
            throw failure(exit_code::failed, "unknown_server", "cannot forget " + host,
                          "it does not stand in " + known.file());
        }
        return exit_code::done;
    });
}

}  // namespace common::service
