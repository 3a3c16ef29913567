// Gets a client a connection: known servers, TCP, TLS and pin, Hello and Welcome; again and again to one
// server.
//
//   dialer dialer(options, {.app = application::chat, …}, address);   throws app::failure
//   const dialled d = co_await dialer.dial(worker);
//   if (d.failed) …  d.retryable says whether trying again can help, d.retry_after how long to wait at least
//   else d.link->hand_over(session), d.link->resume_reading();
//
// The server's key is stored once it has proved itself: by the pin in the join link, by the token, or by a
// person. One dial at a time; the dialer outlives it. docs/architecture.md has the whole story of trust.
#pragma once

#include "common/app/client_options.hpp"
#include "common/app/failure.hpp"
#include "common/runtime/job_threads.hpp"
#include "common/runtime/worker.hpp"
#include "common/service/greeting.hpp"
#include "common/stream/buffer_pool.hpp"
#include "common/transport/connector.hpp"
#include "common/trust/known_servers.hpp"

#include <asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace common::service {

struct client_definition {
    trust::application app = trust::application::chat;
    std::string agent{};                // program and version
    std::size_t payload_bytes_max = 0;  // of one frame after Welcome
    transport::connection_limits link{};
    transport::socket_options socket{};
};

struct dialled {
    std::optional<app::failure> failed;
    bool retryable = false;
    seam::duration retry_after{};
    std::shared_ptr<transport::framed_connection> link;  // otherwise: established and paused
    server_welcome welcome;
};

class dialer {
  public:
    // Reads identity and known servers (blocks). Throws app::failure: damaged files, a link that names
    // another key than the known one.
    dialer(const app::client_options& options, client_definition definition, trust::server_address address);

    asio::awaitable<dialled> dial(runtime::worker& home);

    const trust::identity& identity() const { return identity_; }
    const trust::server_address& address() const { return address_; }
    // Of the key that the server must have; nothing: it was never seen.
    const std::optional<trust::fingerprint>& server_print() const { return expected_; }
    stream::buffer_pool& buffers() { return buffers_; }
    runtime::blocking_pool& pool() { return pool_; }

  private:
    protocol::session::link_security security() const;
    transport::connect_options connect_options() const;
    asio::awaitable<greeting::outcome> greet(runtime::worker& home,
                                             std::shared_ptr<transport::framed_connection> link,
                                             std::shared_ptr<client_proof> proof);
    asio::awaitable<std::optional<app::failure>> meet(runtime::worker& home, trust::fingerprint seen);
    asio::awaitable<std::optional<app::failure>> remember(runtime::worker& home, trust::fingerprint seen);

    dialled cannot_connect(const transport::connect_result& result) const;
    dialled not_welcome(const greeting::outcome& outcome, const client_proof& proof) const;
    app::failure changed_key_failure(const trust::fingerprint& seen) const;

    const app::client_options options_;
    const client_definition definition_;
    trust::server_address address_;
    const std::string name_;
    trust::state_folder folder_;
    trust::identity identity_;
    trust::known_servers known_;
    std::optional<trust::fingerprint> expected_;
    bool stored_ = false;                            // in known_servers
    std::shared_ptr<const trust::tls_context> tls_;  // null in plaintext mode
    stream::buffer_pool buffers_;
    runtime::blocking_pool pool_{2};
};

// user@host, before other threads start: how this client's key is called in a server's access list.
std::string local_name();

}  // namespace common::service
