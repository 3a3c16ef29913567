#include "common/service/server_host.hpp"

#include "common/app/failure.hpp"
#include "common/app/logging.hpp"
#include "common/app/output.hpp"
#include "common/app/ready_line.hpp"
#include "common/runtime/process_limits.hpp"
#include "common/service/limits.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace common::service {
namespace {

std::unique_ptr<trust::tls_context> make_tls(const app::server_options& options, const server_state& state,
                                             trust::application app) {
    if (options.plaintext) return nullptr;
    return std::make_unique<trust::tls_context>(
        trust::tls_context::server(state.key(), app, {.keylog_file = options.tls_keylog}));
}

app::address to_address(const asio::ip::tcp::endpoint& endpoint) {
    return {.host = endpoint.address().to_string(), .port = endpoint.port()};
}

// What every server touches: its own folders, and what the C library and OpenSSL read.
runtime::sandbox_rules rules_for(const app::server_options& options, const server_definition& definition) {
    runtime::sandbox_rules rules{.writable = definition.writable, .readable = definition.readable};
    rules.writable.push_back(options.state);
    rules.writable.emplace_back("/dev/null");
    // Log files are made anew after they were rotated, so their folder is needed.
    for (const std::string& file : {options.log.file, options.tls_keylog}) {
        if (!file.empty()) rules.writable.push_back(std::filesystem::absolute(file).parent_path().string());
    }
    for (const char* const path : {"/etc", "/usr", "/lib", "/lib64", "/proc", "/sys/devices/system/cpu",
                                   "/run", "/dev", "/var/lib/dbus"}) {
        rules.readable.emplace_back(path);
    }
    // SQLite looks for a place for its temporary files where this process may not write.
    ::setenv("SQLITE_TMPDIR", options.state.c_str(), 0);
    return rules;
}

app::failure cannot_listen(const std::system_error& error) {
    return {app::exit_code::failed, "listen", error.what(), "", "choose another address with --listen"};
}

}  // namespace

server_host::server_host(const app::server_options& options, const server_definition& definition)
    : options_(options),
      definition_(definition),
      state_(options, definition),
      sandbox_(options.sandbox ? runtime::enter_sandbox(rules_for(options, definition))
                               : runtime::sandbox_report{}),
      workers_(options.threads),
      door_(state_.access(), state_.key(), files_),
      arrivals_{.app = definition.app,
                .server_name = trust::trim_name(options.name),
                .key = state_.key(),
                .door = door_,
                .random = random_,
                .payload_bytes_max = definition.payload_bytes_max},
      gate_({.connections_max = options.connections_max}, random_),
      tls_(make_tls(options, state_, definition.app)),
      worker_states_(workers_.size()),
      access_timer_(main_),
      clients_gauge_(metrics_.add_gauge("sluice_clients", "Clients connected now")),
      admitted_counter_(metrics_.add_counter("sluice_clients_admitted_total", "Clients let in")),
      refused_counter_(
          metrics_.add_counter("sluice_clients_refused_total", "Connections that were not let in")) {
    app::start_logging(options.log, app::process_environment());
    runtime::raise_descriptor_limit();
    if (options.json) events_ = std::make_unique<app::json_writer>(STDOUT_FILENO, clock_);
}

server_host::~server_host() {
    workers_.stop_and_join();
}

app::exit_code server_host::run(server_application application) {
    application_ = std::move(application);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        runtime::worker& worker = workers_.at(i);
        auto& lag = worker_states_[i].lag;
        lag = std::make_unique<runtime::loop_lag>(worker, worker.name());
        worker.post([probe = lag.get()] { probe->start(); });
    }
    signals_ = std::make_unique<runtime::signals>(
        main_, runtime::signal_actions{.on_drain = [this](int) { begin_drain(); },
                                       .on_reload = [this] { reload(); }});
    workers_.start();
    start_metrics();
    try {
        open_doors();
    } catch (const std::system_error& error) {
        throw cannot_listen(error);
    }
    // Whoever cannot start says why, and nothing else.
    spdlog::info("sandbox: {}", runtime::describe(sandbox_));
    if (sandbox_.root) spdlog::warn("running as root: an ordinary user is enough, and safer");
    print_ready();
    announce();
    schedule_access_refresh();
    main_.run();

    workers_.stop_and_join();
    const std::lock_guard lock{abandoned_mutex_};
    if (!abandoned_.empty()) {
        throw app::failure(app::exit_code::failed, "abandoned", "the server had to stop", abandoned_,
                           "nothing that was acknowledged is lost; look at the disk and start it again");
    }
    return app::exit_code::done;
}

void server_host::start_metrics() {
    if (!options_.metrics) return;
    metrics_server_ =
        std::make_unique<app::metrics_server>(main_.io(), metrics_, [this] { return !draining_; });
    const std::uint16_t port = metrics_server_->listen(*options_.metrics);
    spdlog::info("metrics on {}", app::format_address({options_.metrics->host, port}));
}

void server_host::open_doors() {
    std::vector<transport::listen_address> wanted;
    for (const app::address& each : options_.listen) wanted.push_back({each.host, each.port});
    try {
        open_doors_at(wanted);
    } catch (const std::system_error& error) {
        // By default both families are tried; a machine without IPv6 is no error then.
        const bool no_family = error.code() == std::errc::address_family_not_supported ||
                               error.code() == std::errc::address_not_available;
        if (!options_.listen_by_default || !no_family) throw cannot_listen(error);
        open_doors_at({wanted.front()});
    }
}

void server_host::open_doors_at(std::vector<transport::listen_address> addresses) {
    transport::listener_options options{
        .addresses = std::move(addresses), .socket = definition_.socket, .tls = tls_.get()};
    listener_ = std::make_unique<transport::listener>(
        main_, workers_, gate_, std::move(options),
        [this](transport::accepted_connection in) { accept(std::move(in)); });
    listener_->open();
}

void server_host::print_ready() {
    app::ready_state ready;
    for (const auto& endpoint : listener_->addresses()) ready.listening.push_back(to_address(endpoint));
    ready.fingerprint = trust::to_text(state_.key().print());
    ready.join = state_.refresh_join_link(reachable_address(ready.listening.front()), clock_.wall_now());
    app::print_ready(ready, events_.get());
    if (!events_ && isatty(STDOUT_FILENO) == 1) app::print("join " + ready.join + "\n");
}

void server_host::announce() {
    if (!options_.announce) return;
    for (const auto& endpoint : listener_->addresses()) {
        if (endpoint.address().is_loopback()) continue;
        announcer_ = std::make_unique<discovery::announcer>(
            discovery::announcement{.app = definition_.app,
                                    .name = discovery::instance_name(options_.name),
                                    .port = endpoint.port(),
                                    .what = {.print = state_.key().print(), .tls = !options_.plaintext}});
        return;
    }
}

// --- connections

std::size_t server_host::index_of(const runtime::worker& worker) {
    std::size_t index = 0;
    while (&workers_.at(index) != &worker) ++index;
    return index;
}

void server_host::accept(transport::accepted_connection in) {
    auto link = transport::framed_connection::create(in.home, in.wire, buffers_, definition_.link);
    const auto place = std::make_shared<transport::connection_gate::ticket>(std::move(in.place));
    runtime::worker& home = in.home;
    arrival::begin(
        arrivals_, home, std::move(link), std::move(in.channel),
        [this, place, index = index_of(home)](accepted_client client) {
            client.place = std::make_shared<client_place>(client_place{place, sessions_.enter()});
            take_in(index, std::move(client));
        },
        [this, place, &home](bool admitted) {
            if (admitted) return place->authenticated(home.mono_now());
            place->punish(home.mono_now());
            refused_counter_.add();
        });
}

void server_host::take_in(std::size_t worker_index, accepted_client client) {
    admitted_counter_.add();
    clients_gauge_.set(static_cast<std::int64_t>(sessions_.running()));
    worker_states_[worker_index].clients.add(client.link, client.client.key);
    application_.on_client(std::move(client));
}

void server_host::for_each_client(const client_registry::visitor& visit) {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        workers_.at(i).post([this, i, visit] { worker_states_[i].clients.for_each(visit); });
    }
}

// --- the access list changes while the server runs

void server_host::schedule_access_refresh() {
    access_timer_.start(limits::access_refresh_period, [this] { refresh_access(); });
}

void server_host::refresh_access() {
    const auto found = std::make_shared<trust::refresh_result>();
    files_.run(
        main_, [this, found] { *found = state_.access().refresh(); },
        [this, found] {
            clients_gauge_.set(static_cast<std::int64_t>(sessions_.running()));
            if (!found->problem.empty()) spdlog::error("access list: {}", found->problem);
            if (found->changed) {
                for_each_client([this](transport::framed_connection& link, const trust::public_key& key) {
                    if (state_.access().authorize(key)) return;
                    link.send(protocol::session::refusal{
                        .code = static_cast<std::uint16_t>(protocol::error_code::not_authorised),
                        .reason = "revoked"});
                    link.close();
                });
            }
            if (!draining_) schedule_access_refresh();
        });
}

void server_host::reload() {
    app::reopen_log_file();
    refresh_access();
    if (application_.on_reload) application_.on_reload();
}

// --- the end

void server_host::begin_drain() {
    if (std::exchange(draining_, true)) return;
    spdlog::info("draining: {} sessions", sessions_.running());
    access_timer_.stop();
    listener_->stop();
    if (announcer_) announcer_->stop();
    say_go_away();
    const auto finished = [this] { close_clients(); };
    if (application_.on_drain) {
        application_.on_drain(finished);
    } else {
        finished();
    }
}

void server_host::say_go_away() {
    for_each_client([](transport::framed_connection& link, const trust::public_key&) {
        constexpr auto delay =
            static_cast<std::uint32_t>(std::chrono::milliseconds{limits::reconnect_after}.count());
        link.send(protocol::session::go_away{.reconnect_after_ms = delay});
    });
}

void server_host::close_clients() {
    for_each_client([](transport::framed_connection& link, const trust::public_key&) {
        link.send(protocol::session::bye{});
        link.close();
    });
    sessions_.wait_idle(main_, limits::drain_time_max, [this](bool idle) {
        if (!idle) spdlog::warn("{} sessions did not end in time", sessions_.running());
        stop_main();
    });
}

void server_host::stop_main() {
    signals_->stop();
    if (metrics_server_) metrics_server_->stop();
    main_.stop();
}

void server_host::abandon(std::string reason) {
    {
        const std::lock_guard lock{abandoned_mutex_};
        if (!abandoned_.empty()) return;
        abandoned_ = std::move(reason);
    }
    spdlog::critical("stopping: {}", abandoned_);
    main_.post([this] { stop_main(); });
}

}  // namespace common::service
