// One more connection of a transfer, beside the one that opened it: attaches itself, then passes frames.
//
//   auto lane = std::make_shared<lane_link>(number, link, {.on_frame = …, .on_room = …, .on_gone = …});
//   lane->begin(transfer_id);      // Attach; the half may use the channel at once
//   lane->end();                   // nothing is called any more; the connection closes in order
#pragma once

#include "common/transfer/channel.hpp"
#include "common/transport/framed_connection.hpp"
#include "protocol/upload/messages.hpp"

#include <functional>
#include <memory>

namespace uploader_client::session {

struct lane_owner {
    // An error is a breach by the server.
    std::function<protocol::error_code(std::uint16_t, const common::transport::incoming_frame&)> on_frame{};
    std::function<bool(std::uint16_t)> on_room{};
    // Once: the connection is gone, or the server does not take it.
    std::function<void(std::uint16_t)> on_gone{};
};

class lane_link final : public common::transfer::channel,
                        public std::enable_shared_from_this<lane_link>,
                        private common::transport::connection_events {
  public:
    lane_link(std::uint16_t number, std::shared_ptr<common::transport::framed_connection> link,
              lane_owner owner);

    void begin(const protocol::upload::transfer_id& id);
    void end();
    // Beside what the half wants: nothing is read for now.
    void hold(bool held);

    void answer(common::seam::const_bytes frame) override;
    void want_room() override;
    void send_bulk(common::stream::slice frames) override;
    void pause_reading() override;
    void resume_reading() override;
    void drop() override;
    common::transport::link_times times() const override;

  private:
    void on_frame(const common::transport::incoming_frame& frame) override;
    bool fill(common::transport::outbox&) override;
    void on_closed(common::transport::close_reason reason, std::error_code error) override;
    void apply_reading();

    const std::uint16_t number_;
    std::shared_ptr<common::transport::framed_connection> link_;
    lane_owner owner_;
    bool paused_ = false;
    bool held_ = false;
};

}  // namespace uploader_client::session
