// One more connection for a transfer that lives on another loop: frames are carried over, in both directions.
//
//        connection's loop               ┆            transfer's loop
//   link ── on_frame() ─▶ [frames] ──────┆─ post ──▶ on_frames()           owner
//        ◀─ fill() ◀───── [bulk]   ◀─────┆─ post ─── send_bulk(), answer()  half
//        ── room? ───────────────────────┆─ post ──▶ on_room()
//
//   auto relay = lane_relay::create(link_loop, link, home_loop, {.on_frame = …, …});
//   half->join(number, relay->home());         on the transfer's loop
//   relay->on_frame(frame), relay->fill(), relay->on_closed()        from the connection's session
//   relay->end();                              on the transfer's loop: nothing is called any more
//
// Bounded: the connection is not read while relayed_high_bytes wait for the other loop, and bulk is asked for
// only when what was given is written. Both loops may be the same.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/stream/slice.hpp"
#include "common/transfer/channel.hpp"
#include "common/transport/framed_connection.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace common::transfer {

// On the transfer's loop.
struct relay_owner {
    std::function<void(const transport::incoming_frame&)> on_frame{};
    std::function<bool()> on_room{};
    std::function<void()> on_closed{};
};

class lane_relay : public std::enable_shared_from_this<lane_relay> {
  public:
    static std::shared_ptr<lane_relay> create(seam::event_loop& link_loop,
                                              std::shared_ptr<transport::framed_connection> link,
                                              seam::event_loop& home);

    // --- on the transfer's loop
    void begin(relay_owner owner);
    void end();
    channel& home() { return home_side_; }

    // --- on the connection's loop
    void on_frame(const transport::incoming_frame& frame);
    bool fill();
    void on_closed();

  private:
    lane_relay(seam::event_loop& link_loop, std::shared_ptr<transport::framed_connection> link,
               seam::event_loop& home);

    class home_side final : public channel {
      public:
        explicit home_side(lane_relay& relay) : relay_(relay) {}
        void answer(seam::const_bytes frame) override;
        void want_room() override;
        void send_bulk(stream::slice frames) override;
        void pause_reading() override { relay_.set_paused(true); }
        void resume_reading() override { relay_.set_paused(false); }
        void drop() override;

      private:
        lane_relay& relay_;
    };

    struct frame {
        protocol::frame::header header;
        stream::slice payload;
    };

    void send_over();
    void deliver(const std::vector<frame>& frames);
    void delivered(std::size_t bytes);
    void set_paused(bool paused);
    void apply_reading();
    void give_room();
    // Runs `what` on the connection's loop while there is a connection.
    void on_link(std::function<void()> what);

    seam::event_loop& link_loop_;
    seam::event_loop& home_;

    // The transfer's loop only.
    home_side home_side_{*this};
    relay_owner owner_;

    // The connection's loop only.
    std::shared_ptr<transport::framed_connection> link_;
    std::vector<frame> frames_;
    std::size_t waiting_bytes_ = 0;  // carried over and not yet taken, or about to be
    bool send_scheduled_ = false;
    bool held_up_ = false;  // too much waits
    bool paused_ = false;   // by the transfer
    std::deque<stream::slice> bulk_;
    bool more_ = false;   // the transfer has more
    bool asked_ = false;  // … and was asked for it
};

}  // namespace common::transfer
