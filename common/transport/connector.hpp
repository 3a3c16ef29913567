// Connects to a server by name: all its addresses, staggered starts (RFC 8305), then TLS with the pin's
// verdict.
//
//   connector::start(worker, {.host = "…", .port = 7400}, options, [](connect_result result) {…});
//   connect_result result = co_await connect(worker, target, options);          // the same in a coroutine
//
//   if (result.error) …   transport_error::{no_address, connect_timeout, handshake_timeout, not_tls,
//                         wrong_application, wrong_key, tls_failed, truncated}, or errc::connection_refused,
//                         network_unreachable …; result.pin tells both fingerprints of a wrong_key
//
// Everything happens on the worker's thread. The whole has one deadline; what start() returns can cancel it.
#pragma once

#include "common/transport/socket_transport.hpp"
#include "common/trust/tls_context.hpp"

#include <asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace common::transport {

struct connect_target {
    std::string host;
    std::uint16_t port = 0;
};

struct connect_options {
    seam::duration time_max = limits::connect_time_max;
    socket_options socket;
    std::shared_ptr<const trust::tls_context> tls;   // null: plaintext
    std::optional<trust::fingerprint> expected_key;  // nothing: result.pin.seen is for the caller to judge
};

struct connect_result {
    std::error_code error;
    std::string detail;  // which address, and OpenSSL's words, for a person who looks closer
    std::shared_ptr<socket_transport> wire;
    trust::pin_check pin;
    std::optional<trust::channel> channel;  // nothing in plaintext
};

class connector : public std::enable_shared_from_this<connector> {
  public:
    using handler = std::function<void(connect_result)>;

    // `done` is called once, not before this returns, unless cancelled.
    static std::shared_ptr<connector> start(runtime::worker& home, connect_target target,
                                            connect_options options, handler done);
    void cancel();

  private:
    struct attempt;

    connector(runtime::worker& home, connect_target target, connect_options options, handler done);
    void resolve();
    void start_next();
    void on_attempt(attempt& one, std::error_code error);
    void shake_hands(tcp_socket socket);
    void finish(std::error_code error);
    void release();
    void close_attempts();

    runtime::worker& home_;
    const connect_target target_;
    const connect_options options_;
    handler done_;
    asio::ip::tcp::resolver resolver_;
    std::vector<asio::ip::tcp::endpoint> addresses_;
    std::size_t next_address_ = 0;
    std::size_t running_ = 0;
    std::vector<std::shared_ptr<attempt>> attempts_;
    std::error_code first_error_;
    seam::timer stagger_;
    seam::timer deadline_;
    seam::mono_time started_at_;
    connect_result result_;
};

asio::awaitable<connect_result> connect(runtime::worker& home, connect_target target,
                                        connect_options options);

}  // namespace common::transport
