// A connected TCP socket as seam::byte_transport, in clear or through TLS.
//
//   auto wire = socket_transport::plain(worker, std::move(socket), options);
//   auto wire = socket_transport::tls(worker, std::move(socket), std::move(ssl), options);
//   wire->handshake(5s, [](std::error_code error) {…});    // TLS; then wire->tls() has the channel
//   wire->start(events);
//
// Writes and reads are tried first and waited for only when the socket says so. One turn reads at most
// read_turn_bytes_max; then other connections of the loop have theirs. While the owner promised more bytes
// (expect_bytes) and they come fast, the kernel is told to wake us for many of them at once.
// Everything happens on the worker's thread.
#pragma once

#include "common/runtime/worker.hpp"
#include "common/transport/receive_pace.hpp"
#include "common/transport/socket_options.hpp"
#include "common/transport/stream_io.hpp"

#include <asio/basic_stream_socket.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>

namespace common::transport {

// With the executor's own type: cheaper to wait on than the type-erased default.
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

std::string to_text(const asio::ip::tcp::endpoint& endpoint);  // "203.0.113.7:51234", "[2001:db8::1]:51234"

class socket_transport final : public seam::byte_transport,
                               public std::enable_shared_from_this<socket_transport> {
  public:
    static std::shared_ptr<socket_transport> plain(runtime::worker& home, tcp_socket socket,
                                                   const socket_options& options);
    static std::shared_ptr<socket_transport> tls(runtime::worker& home, tcp_socket socket,
                                                 trust::openssl_handle<SSL> ssl,
                                                 const socket_options& options);
    ~socket_transport() override;

    using handshake_done = std::function<void(std::error_code error)>;
    // Calls `done` once, not before this returns; after an error the transport is closed. In clear it
    // succeeds.
    void handshake(seam::duration limit, handshake_done done);
    // Null in clear.
    SSL* tls() const;
    // OpenSSL's words about a failure, for the log.
    std::string tls_error_text() const;

    void start(seam::transport_events& events) override;
    std::size_t try_write(std::span<const seam::const_bytes> pieces) override;
    void want_writable() override;
    void pause_reading() override { paused_ = true; }
    void resume_reading() override;
    void expect_bytes(std::size_t count) override;
    void close(close_mode mode) override;
    std::string peer() const override { return peer_; }

  private:
    socket_transport(runtime::worker& home, tcp_socket socket, const socket_options& options);

    void step_handshake();
    void finish_handshake(std::error_code error);

    bool reading() const { return events_ != nullptr && !paused_; }
    void schedule_read_turn();
    void wait_readable();
    void read_turn();
    void apply_low_water();
    void guard_low_water();

    void wait_writable();
    void on_socket_writable();
    void check_stall();
    void on_send_error(std::error_code error);

    void end_events(std::error_code why);
    void finish_closing();
    void discard_until_end();
    void close_socket();

    runtime::worker& home_;
    tcp_socket socket_;
    const socket_options options_;
    const std::string peer_;
    std::unique_ptr<stream_io> io_;
    tls_io* tls_ = nullptr;  // io_, when it is TLS
    runtime::worker::load_ticket load_;

    handshake_done handshake_done_;
    seam::timer handshake_limit_;

    seam::transport_events* events_ = nullptr;
    bool paused_ = false;
    bool read_scheduled_ = false;
    bool waiting_readable_ = false;
    receive_pace pace_;
    std::size_t low_water_ = 1;
    seam::timer low_water_guard_;

    bool writable_wanted_ = false;
    bool waiting_writable_ = false;
    std::error_code send_error_;
    seam::timer stall_timer_;
    bool patient_ = false;  // the user timeout is off: the peer's window is closed, its host answers

    bool closing_ = false;
    std::size_t discarded_bytes_ = 0;
    seam::timer close_limit_;
};

}  // namespace common::transport
