// Accepts connections on all addresses of a server and hands each to a worker, after its TLS handshake.
//
//   listener doors(home, workers, gate, options, [](accepted_connection in) {…});   // on in.home's thread
//   doors.open();         // throws system_error "cannot listen on 0.0.0.0:7400: Address already in use"
//   doors.addresses();    // with the ports that 0 became
//   doors.stop();                 // on the home loop: no new connections; those handed over go on
//
// It never stops accepting: every error waits again, and when the process is out of descriptors one spare
// one is used to take and close the next connection, at most ten times a second, instead of spinning.
#pragma once

#include "common/runtime/unique_fd.hpp"
#include "common/runtime/worker_group.hpp"
#include "common/transport/connection_gate.hpp"
#include "common/transport/socket_transport.hpp"
#include "common/trust/tls_context.hpp"

#include <asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace common::transport {

struct listen_address {
    std::string host;  // "0.0.0.0", "::", "127.0.0.1" or a name of this host
    std::uint16_t port = 0;
};

struct listener_options {
    std::vector<listen_address> addresses;
    socket_options socket;
    seam::duration handshake_time_max = limits::tls_handshake_time_max;
    const trust::tls_context* tls = nullptr;  // null: plaintext; outlives the listener
};

struct accepted_connection {
    runtime::worker& home;
    std::shared_ptr<socket_transport> wire;
    connection_gate::ticket place;
    std::optional<trust::channel> channel;  // nothing in plaintext
};

class listener {
  public:
    using handler = std::function<void(accepted_connection)>;

    // All references must outlive the listener.
    listener(runtime::worker& home, runtime::worker_group& workers, connection_gate& gate,
             listener_options options, handler accepted);
    ~listener();

    void open();
    const std::vector<asio::ip::tcp::endpoint>& addresses() const { return bound_; }
    void stop();

    std::uint64_t failed_handshakes() const { return shared_->failed_handshakes; }
    std::uint64_t descriptor_shortages() const { return shortages_; }

  private:
    struct door;
    // What connections in their handshake need, however long the listener lives.
    struct shared_state {
        socket_options socket;
        seam::duration handshake_time_max{};
        const trust::tls_context* tls = nullptr;
        handler accepted;
        std::atomic<std::uint64_t> failed_handshakes{0};
    };

    void open_one(const asio::ip::tcp::endpoint& endpoint, const std::string& shown);
    void wait(door& at);
    void accept_some(door& at);
    void on_shortage(door& at, int error);
    void hand_over(int socket, const asio::ip::tcp::endpoint& peer);
    static void receive_on_worker(const std::shared_ptr<shared_state>& shared, runtime::worker& worker,
                                  tcp_socket socket, connection_gate::ticket place);

    runtime::worker& home_;
    runtime::worker_group& workers_;
    connection_gate& gate_;
    const std::vector<listen_address> wanted_;
    std::shared_ptr<shared_state> shared_;
    std::vector<std::unique_ptr<door>> doors_;
    std::vector<asio::ip::tcp::endpoint> bound_;
    runtime::unique_fd spare_;
    std::atomic<std::uint64_t> shortages_{0};
};

}  // namespace common::transport
