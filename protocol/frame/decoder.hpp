// Finds frames in a byte stream that arrives in pieces of any size.
//
//   decoder frames{limits::handshake_payload_bytes_max};
//   auto step = frames.next(unread);                       // unread: everything received and not yet
//   consumed step.state == ready   → use step.frame, then drop step.frame_bytes from the front and call again
//   step.state == more    → at least step.frame_bytes bytes must be in the buffer (header first, then the
//   frame) step.state == failed  → step.error; the stream cannot be trusted any more, every later call fails
//   alike
//
// The decoder owns no buffer: the frame's payload is a view into `unread`, and the caller decides where large
// frames land. It never looks at more than one frame.
#pragma once

#include "protocol/frame/header.hpp"
#include "protocol/wire/error_code.hpp"

namespace protocol::frame {

class decoder {
  public:
    explicit decoder(std::size_t payload_bytes_max) : payload_bytes_max_(payload_bytes_max) {}

    enum class state { ready, more, failed };
    struct step {
        decoder::state state = state::failed;
        std::size_t frame_bytes = 0;  // ready: header and payload; more: bytes needed in the buffer
        frame::view frame;
        error_code error = error_code::none;
    };

    step next(wire::bytes_view unread);

    // The limit grows after the handshake; it applies to the next header.
    void set_payload_bytes_max(std::size_t bytes) { payload_bytes_max_ = bytes; }

  private:
    step fail(error_code why);

    std::size_t payload_bytes_max_;
    error_code failed_ = error_code::none;
};

}  // namespace protocol::frame
