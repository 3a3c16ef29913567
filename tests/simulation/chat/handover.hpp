// A connection as sessions get it from the handshake: started by somebody else, paused, and nobody listens.
#pragma once

#include "common/transport/framed_connection.hpp"

namespace tests::simulation::chat {

class nobody final : public common::transport::connection_events {
  public:
    // Afterwards the next session may take the connection over.
    void begin(common::transport::framed_connection& link) {
        link.pause_reading();
        link.start(*this);
        link.leave();
    }

  private:
    void on_frame(const common::transport::incoming_frame&) override {}
    bool fill(common::transport::outbox&) override { return false; }
    void on_closed(common::transport::close_reason, std::error_code) override {}
};

}  // namespace tests::simulation::chat
