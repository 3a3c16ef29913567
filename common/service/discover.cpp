#include "common/service/discover.hpp"

#include "common/app/addresses.hpp"
#include "common/app/failure.hpp"
#include "common/app/json_events.hpp"
#include "common/app/output.hpp"
#include "common/app/system_clock.hpp"
#include "common/app/terminal_text.hpp"
#include "common/discovery/browser.hpp"
#include "common/discovery/limits.hpp"

#include <algorithm>
#include <unistd.h>

namespace common::service {
namespace {

std::string first_address(const discovery::found_server& server) {
    return app::format_address({.host = server.addresses.front(), .port = server.port});
}

std::string padded(std::string text, std::size_t columns) {
    const std::size_t width = app::display_width(text);
    return width < columns ? text.append(columns - width, ' ') : text;
}

void write_events(std::span<const discovery::found_server> servers) {
    const app::system_clock clock;
    app::json_writer events(STDOUT_FILENO, clock);
    for (const discovery::found_server& each : servers) {
        events.write(events.event("server")
                         .field("name", each.name)
                         .field("address", first_address(each))
                         .field("host", each.host)
                         .field("addresses", each.addresses)
                         .field("port", each.port)
                         .field("fingerprint", trust::to_text(each.print))
                         .field("tls", each.tls));
    }
}

void hint_at_nothing(trust::application app) {
    const std::string server = app == trust::application::chat ? "chat-server" : "uploader-server";
    const std::string text =
        "no " + server +
        " found on the local network; one that runs without --no-announce, on a machine with "
        "the Avahi daemon, can be found\n";
    // Only a hint: whoever closed stderr does not want it.
    static_cast<void>(app::write_all(STDERR_FILENO, text));
}

}  // namespace

std::string describe_servers(std::span<const discovery::found_server> servers) {
    std::size_t name_columns = 0;
    std::size_t address_columns = 0;
    for (const discovery::found_server& each : servers) {
        const std::string name = app::sanitize(each.name, app::text_kind::name);
        name_columns = std::max(name_columns, app::display_width(name));
        address_columns = std::max(address_columns, first_address(each).size());
    }
    std::string text;
    for (const discovery::found_server& each : servers) {
        text += padded(app::sanitize(each.name, app::text_kind::name), name_columns) + "  " +
                padded(first_address(each), address_columns) + "  " + trust::to_text(each.print) +
                (each.tls ? "\n" : "  plaintext\n");
    }
    return text;
}

app::exit_code discover_command(const app::client_options& options, trust::application app) {
    const auto found = discovery::browse(app, discovery::limits::browse_time_default);
    if (!found.unavailable.empty()) {
        throw app::failure(app::exit_code::failed, "no_discovery", "cannot look for servers",
                           found.unavailable, "start avahi-daemon, or give the server's address");
    }
    if (options.json) {
        write_events(found.servers);
    } else {
        app::print(describe_servers(found.servers));
    }
    if (found.servers.empty() && !options.quiet) hint_at_nothing(app);
    return app::exit_code::done;
}

}  // namespace common::service
