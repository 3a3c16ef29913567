#include "common/app/server_options.hpp"

#include "common/app/failure.hpp"
#include "common/app/log_options.hpp"
#include "common/app/paths.hpp"
#include "common/app/program.hpp"
#include "common/runtime/process_limits.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

namespace common::app {
namespace {

address require_address(const std::string& text, std::uint16_t default_port) {
    const auto parsed = parse_address(text, default_port);
    if (!parsed)
        throw CLI::ValidationError("'" + text + "' is not an address: write HOST:PORT or [IPv6]:PORT");
    return *parsed;
}

void add_network_options(CLI::App& app, server_options& options, std::uint16_t port) {
    app.add_option_function<std::vector<std::string>>(
           "--listen",
           [&options, port](const std::vector<std::string>& given) {
               options.listen.clear();
               for (const auto& text : given) options.listen.push_back(require_address(text, port));
           },
           "Accept connections here, repeatable; port 0 takes a free one [all addresses, port " +
               std::to_string(port) + "]")
        ->type_name("ADDR:PORT")
        ->allow_extra_args(false);
    app.add_option_function<std::string>(
           "--metrics", [&options](const std::string& text) { options.metrics = require_address(text, 0); },
           "Serve /metrics (Prometheus) and /healthz here")
        ->type_name("ADDR:PORT");
    app.add_flag("--announce,!--no-announce", options.announce, "Be found on the local network [on]");
    app.add_flag("--plaintext", options.plaintext, "No TLS: anyone on the path can read everything");
    app.add_flag("--i-know-this-is-readable", options.plaintext_accepted,
                 "Allow --plaintext on an address that others can reach");
    app.add_option("--tls-keylog", options.tls_keylog, "Write TLS secrets to FILE, for Wireshark")
        ->type_name("FILE");
}

void add_access_mode(CLI::App& app, server_options& options) {
    auto* open = app.add_flag_callback(
        "--open", [&options] { options.access = access_mode::open; }, "Any key gets in");
    app.add_flag_callback(
           "--closed", [&options] { options.access = access_mode::closed; },
           "Only keys that are enrolled get in, no tokens")
        ->excludes(open);
}

std::string host_name() {
    std::string name(256, '\0');
    if (::gethostname(name.data(), name.size() - 1) != 0) return "sluice";
    name.resize(name.find('\0'));
    return name;
}

void fill_defaults(server_options& options, const std::string& program_name, std::uint16_t port) {
    options.listen_by_default = options.listen.empty();
    if (options.listen_by_default) {
        const char* const v4 = options.plaintext && !options.plaintext_accepted ? "127.0.0.1" : "0.0.0.0";
        const char* const v6 = options.plaintext && !options.plaintext_accepted ? "::1" : "::";
        options.listen = {{v4, port}, {v6, port}};
    }
    if (options.state.empty()) options.state = server_state_folder(program_name, process_environment());
    if (options.name.empty()) options.name = host_name();
    if (options.threads == 0) {
        options.threads = std::min(runtime::usable_cpus(), limits::threads_max);
    }
}

}  // namespace

void check_server_options(const server_options& options) {
    if (options.listen.size() > limits::listen_addresses_max) {
        throw usage_error("too many --listen addresses",
                          "at most " + std::to_string(limits::listen_addresses_max) + " are allowed");
    }
    if (!options.plaintext || options.plaintext_accepted) return;
    for (const address& each : options.listen) {
        if (is_loopback(each.host)) continue;
        throw usage_error("--plaintext refused on " + format_address(each),
                          "anyone on the path could read everything",
                          "listen on 127.0.0.1, or add --i-know-this-is-readable");
    }
}

void add_server_options(program& self, server_options& options, const server_defaults& defaults) {
    CLI::App& app = self.cli();
    add_network_options(app, options, defaults.port);
    add_access_mode(app, options);
    app.add_option("--state", options.state, "Keep keys, access list and data here")->type_name("DIR");
    app.add_option("--name", options.name, "What people see this server called [host name]")
        ->type_name("NAME");
    app.add_option("--threads", options.threads, "Event-loop threads [one for each CPU it may use]")
        ->type_name("N")
        ->check(CLI::Range(1U, limits::threads_max));
    app.add_option("--max-connections", options.connections_max, "Refuse more connections than this")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{1}, limits::connections_max))
        ->capture_default_str();
    options.sandbox = true;
    app.add_flag("--sandbox,!--no-sandbox", options.sandbox,
                 "Give up what the server does not need, where the kernel can [on]");
    add_log_options(self, options.log);
    set_example(app, defaults.example);
    self.allow_configuration();
    self.after_parse([&self, &options, port = defaults.port] {
        options.json = self.json();
        fill_defaults(options, self.name(), port);
        check_server_options(options);
    });
}

}  // namespace common::app
