// Everything a server does that is not its application: listeners, TLS, admission, limits, metrics, signals,
// drain.
//
//   server_host host(options, definition);           throws app::failure for whatever cannot be set up
//   my_application application(host…);               may use the host's loops, pools and metrics
//   return host.run({.on_client = …, .on_drain = …}); prints the ready line; returns when the server has
//   drained
//
//   main thread: signals, listeners, access list      workers: connections, pinned for life
//
// After SIGTERM or SIGINT: no new connections, GoAway to all clients, on_drain, then links are closed; a
// session keeps its client's `place` until it is over, and the process ends when all are, at the latest after
// limits::drain_time_max.
#pragma once

#include "common/app/json_events.hpp"
#include "common/app/metrics.hpp"
#include "common/app/metrics_server.hpp"
#include "common/app/system_clock.hpp"
#include "common/discovery/announcer.hpp"
#include "common/runtime/job_threads.hpp"
#include "common/runtime/loop_lag.hpp"
#include "common/runtime/sandbox.hpp"
#include "common/runtime/signals.hpp"
#include "common/runtime/system_random.hpp"
#include "common/runtime/task_counter.hpp"
#include "common/runtime/worker_group.hpp"
#include "common/service/arrival.hpp"
#include "common/service/client_registry.hpp"
#include "common/service/server_state.hpp"
#include "common/stream/buffer_pool.hpp"
#include "common/transport/listener.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace common::service {

struct server_application {
    // On the client's worker. Gives the link a session with hand_over() before it returns.
    std::function<void(accepted_client)> on_client;
    // On the main loop: finish and persist what is in flight, then call `done`. Optional.
    std::function<void(std::function<void()> done)> on_drain;
    // SIGHUP, on the main loop: reread limits. Optional.
    std::function<void()> on_reload;
};

class server_host {
  public:
    server_host(const app::server_options& options, const server_definition& definition);
    ~server_host();

    runtime::worker& main_loop() { return main_; }
    runtime::worker_group& workers() { return workers_; }
    runtime::blocking_pool& pool() { return pool_; }
    stream::buffer_pool& buffers() { return buffers_; }
    seam::random& random() { return random_; }
    const trust::server_key& key() const { return state_.key(); }
    app::metrics_registry& metrics() { return metrics_; }

    app::exit_code run(server_application application);

    // From any thread: the server cannot keep its promises any more (a failed sync or commit). Everything is
    // closed at once, nothing more is acknowledged, and run() ends by throwing app::failure with this reason.
    void abandon(std::string reason);

  private:
    // What a session holds on to until it is over.
    struct client_place {
        std::shared_ptr<const void> at_gate;
        runtime::task_counter::ticket counted;
    };
    struct worker_state {
        client_registry clients;
        std::unique_ptr<runtime::loop_lag> lag;
    };

    void open_doors();
    void open_doors_at(std::vector<transport::listen_address> addresses);
    void print_ready();
    void announce();
    void start_metrics();
    void accept(transport::accepted_connection in);
    void take_in(std::size_t worker_index, accepted_client client);
    std::size_t index_of(const runtime::worker& worker);
    void for_each_client(const client_registry::visitor& visit);

    void schedule_access_refresh();
    void refresh_access();
    void reload();

    void begin_drain();
    void say_go_away();
    void close_clients();
    void stop_main();

    const app::server_options options_;
    const server_definition definition_;
    app::system_clock clock_;
    runtime::system_random random_;
    app::metrics_registry metrics_;
    server_state state_;
    // Before anything that starts threads.
    const runtime::sandbox_report sandbox_;
    stream::buffer_pool buffers_;
    runtime::worker main_{"main"};
    runtime::worker_group workers_;
    // Below the loops: their jobs report there.
    runtime::blocking_pool pool_;
    runtime::serial_executor files_{"access"};
    door door_;
    arrival_context arrivals_;
    transport::connection_gate gate_;
    std::unique_ptr<trust::tls_context> tls_;  // none in plaintext mode
    std::vector<worker_state> worker_states_;
    runtime::task_counter sessions_;
    std::unique_ptr<app::metrics_server> metrics_server_;
    std::unique_ptr<app::json_writer> events_;

    server_application application_;
    std::unique_ptr<transport::listener> listener_;
    std::unique_ptr<discovery::announcer> announcer_;  // none when only this machine can connect
    std::unique_ptr<runtime::signals> signals_;
    seam::timer access_timer_;
    bool draining_ = false;
    std::mutex abandoned_mutex_;
    std::string abandoned_;  // the first reason

    app::gauge& clients_gauge_;
    app::counter& admitted_counter_;
    app::counter& refused_counter_;
};

}  // namespace common::service
