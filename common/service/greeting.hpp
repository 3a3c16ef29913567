// The client's half of a connection's beginning: Hello, and Welcome or the reason why not.
//
//   greeting::begin(loop, link, proof, security, [](greeting::outcome o) { … });
//
// On success the link is established, paused, and waits for hand_over() and resume_reading(); otherwise it is
// closed. Bounded by limits::welcome_time_max. It keeps itself alive until the outcome is told.
#pragma once

#include "common/service/client_proof.hpp"
#include "common/transport/framed_connection.hpp"
#include "protocol/session/handshake.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace common::service {

// What the server said about this connection.
struct server_welcome {
    std::string server_name;
    std::string rights;
    std::uint64_t session_epoch = 0;
    std::int64_t server_time_ms = 0;
};

class greeting final : private transport::connection_events, public std::enable_shared_from_this<greeting> {
  public:
    struct outcome {
        bool up = false;
        server_welcome welcome{};  // when up
        // Otherwise the protocol ended it, or the connection did.
        protocol::session::handshake_error refused{};
        transport::close_reason reason = transport::close_reason::none;
        std::error_code error{};
    };
    using done_handler = std::function<void(outcome)>;

    static void begin(seam::event_loop& loop, std::shared_ptr<transport::framed_connection> link,
                      std::shared_ptr<client_proof> proof, protocol::session::link_security security,
                      std::size_t payload_bytes_max, done_handler done);

  private:
    greeting(seam::event_loop& loop, std::shared_ptr<transport::framed_connection> link,
             std::shared_ptr<client_proof> proof, protocol::session::link_security security,
             std::size_t payload_bytes_max, done_handler done);

    void start();
    void on_frame(const transport::incoming_frame& frame) override;
    bool fill(transport::outbox&) override { return false; }
    void on_closed(transport::close_reason reason, std::error_code error) override;

    void finish(outcome found);

    std::shared_ptr<transport::framed_connection> link_;
    std::shared_ptr<client_proof> proof_;
    protocol::session::client_handshake handshake_;
    const std::size_t payload_bytes_max_;
    done_handler done_;
    seam::timer deadline_;
    std::shared_ptr<greeting> self_;  // until the outcome is told
};

}  // namespace common::service
