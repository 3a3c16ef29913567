// What one half of a transfer needs of its connection, and how it answers.
//
//   half ── send(frames) ──▶ channel          owner ── on_frame() ──▶ half
//   half ── pause / resume ▶ channel          owner ── on_drained() ▶ half      when room came back
//
// The owner (a session) implements it over its framed connection; a test, over two queues.
#pragma once

#include "common/stream/slice.hpp"
#include "protocol/frame/encoder.hpp"

#include <cstddef>
#include <cstdint>

namespace common::transfer {

class channel {
  public:
    virtual ~channel() = default;
    // Bytes that are welcome now. Bulk data waits for on_drained() at 0; short answers are always taken.
    virtual std::size_t room_bytes() const = 0;
    // One frame or several, whole.
    virtual void send(stream::slice frames) = 0;
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;
};

template <protocol::wire::message M>
void send_message(channel& to, const M& message, std::uint32_t request = 0) {
    to.send(stream::slice::copy_of(protocol::frame::encode(message, request)));
}

}  // namespace common::transfer
