// A transfer's channel over a framed connection: what sessions put between the two.
//
//   link_channel out{link};                               then, in the session's
//   bool fill(outbox&) override { return half->on_room(); }
#pragma once

#include "common/transfer/channel.hpp"
#include "common/transport/framed_connection.hpp"

namespace common::transfer {

class link_channel final : public channel {
  public:
    // The connection outlives the channel.
    explicit link_channel(transport::framed_connection& link) : link_(link) {}

    void answer(seam::const_bytes frame) override { link_.send_encoded(frame); }
    void want_room() override { link_.want_fill(); }
    void send_bulk(stream::slice frames) override { link_.send_encoded(std::move(frames)); }
    void pause_reading() override { link_.pause_reading(); }
    void resume_reading() override { link_.resume_reading(); }
    void drop() override { link_.close(seam::byte_transport::close_mode::abort); }
    transport::link_times times() const override { return link_.times(); }

  private:
    transport::framed_connection& link_;
};

}  // namespace common::transfer
