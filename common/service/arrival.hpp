// One connection from the moment its transport stands until its client is let in or turned away.
//
//   arrival::begin(context, loop, link, channel, [](accepted_client c) { … }, [](bool admitted) { … });
//
//   [Greeting] → Hello ─▶ door ─▶ Welcome, established link ─▶ on_admitted
//                          └────▶ Refusal, closed
//
// Bounded: one frame of 4 KiB, limits::hello_time_max. It keeps itself alive until one of its two ends.
#pragma once

#include "common/seam/random.hpp"
#include "common/service/door.hpp"
#include "common/transport/framed_connection.hpp"
#include "protocol/session/handshake.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace common::service {

// A client that is in: what a session starts with.
struct accepted_client {
    std::shared_ptr<transport::framed_connection> link;  // past Welcome; give it a session with hand_over()
    seam::event_loop* home = nullptr;
    client_identity client;
    std::uint64_t session_epoch = 0;  // grows with every connection; the newest of a client fences the others
    std::string agent;
    std::shared_ptr<const void>
        place{};  // kept until the session is over: the server waits for it when it drains
};

// What all arrivals of one server share; safe from all its workers.
struct arrival_context {
    trust::application app = trust::application::chat;
    std::string server_name;
    const trust::server_key& key;
    service::door& door;
    seam::random& random;
    std::size_t payload_bytes_max = protocol::limits::control_payload_bytes_max;  // after Welcome
    std::atomic<std::uint64_t> epoch{0};
};

class arrival final : private transport::connection_events, public std::enable_shared_from_this<arrival> {
  public:
    using admitted_handler = std::function<void(accepted_client)>;
    using finished_handler =
        std::function<void(bool admitted)>;  // once; the place before the door is free again

    // `channel`: of the TLS handshake; nothing in plaintext mode, where a greeting is sent first.
    static void begin(arrival_context& context, seam::event_loop& home,
                      std::shared_ptr<transport::framed_connection> link,
                      std::optional<trust::channel> channel, admitted_handler on_admitted,
                      finished_handler on_finished);

  private:
    arrival(arrival_context& context, seam::event_loop& home,
            std::shared_ptr<transport::framed_connection> link, std::optional<trust::channel> channel,
            admitted_handler on_admitted, finished_handler on_finished);

    void start();
    void on_frame(const transport::incoming_frame& frame) override;
    bool fill(transport::outbox&) override { return false; }
    void on_closed(transport::close_reason reason, std::error_code error) override;

    void judge();
    void admit(const verdict& found);
    void turn_away(const std::vector<std::byte>& refusal);
    void finish(bool admitted);

    arrival_context& context_;
    seam::event_loop& home_;
    std::shared_ptr<transport::framed_connection> link_;
    std::optional<trust::channel> channel_;
    admitted_handler on_admitted_;
    finished_handler on_finished_;
    protocol::session::server_handshake handshake_;
    protocol::session::greeting greeting_;  // plaintext mode
    bool plaintext_;
    seam::timer deadline_;
    std::shared_ptr<arrival> self_;  // until finished
};

}  // namespace common::service
