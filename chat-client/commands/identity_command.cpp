#include "chat-client/commands/identity_command.hpp"

#include "common/app/failure.hpp"
#include "common/app/json_events.hpp"
#include "common/app/output.hpp"
#include "common/app/system_clock.hpp"
#include "common/trust/identity.hpp"
#include "common/trust/known_servers.hpp"

#include <unistd.h>

namespace chat_client::commands {

namespace app = common::app;
namespace trust = common::trust;

namespace {

template <class Work>
auto with_clear_error(Work work) {
    try {
        return work();
    } catch (const trust::state_error& error) {
        throw app::failure(app::exit_code::failed, "state", "cannot use the client's files", error.what());
    }
}

void print_as_events(const trust::identity& own, const std::vector<trust::known_server>& servers) {
    const app::system_clock clock;
    app::json_writer events(STDOUT_FILENO, clock);
    events.write(events.event("identity")
                     .field("key", own.id())
                     .field("fingerprint", own.full_fingerprint())
                     .field("file", std::string_view{own.file}));
    for (const auto& server : servers) {
        events.write(events.event("server")
                         .field("server", std::string_view{server.name})
                         .field("fingerprint", trust::to_text(server.pin.print)));
    }
}

}  // namespace

app::exit_code show_identity(const app::client_options& options) {
    return with_clear_error([&] {
        const trust::state_folder folder(options.folders.config);
        const trust::identity own = trust::load_or_create_identity(folder);
        const auto servers = trust::known_servers(folder).all();
        if (options.json) {
            print_as_events(own, servers);
            return app::exit_code::done;
        }
        std::string text = "key          " + own.id() + "\nfingerprint  " + own.full_fingerprint() +
                           "\nfile         " + own.file + "\n";
        for (const auto& server : servers) {
            text += "server       " + server.name + "  " + trust::to_text(server.pin.print) + "\n";
        }
        app::print(text);
        return app::exit_code::done;
    });
}

app::exit_code forget_server(const app::client_options& options, const std::string& host) {
    return with_clear_error([&] {
        const trust::state_folder folder(options.folders.config);
        if (trust::known_servers(folder).forget(host) > 0) return app::exit_code::done;
        throw app::failure(app::exit_code::failed, "unknown_server", "cannot forget " + host,
                           "it is not among the known servers", "see 'chat-client identity'");
    });
}

}  // namespace chat_client::commands
