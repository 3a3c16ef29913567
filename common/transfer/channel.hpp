// What one half of a transfer needs of its connection, and how it answers.
//
//   half ── answer() ─────────▶ channel       owner ── on_frame() ─▶ half
//   half ── want_room() ──────▶ channel       owner ── on_room() ──▶ half: bulk may be sent now
//   half ── send_bulk() ──────▶ channel
//   half ── pause / resume ───▶ channel
//
// The owner (a session) implements it over its framed connection; a test, over two queues.
#pragma once

#include "common/stream/slice.hpp"
#include "common/transport/link_times.hpp"
#include "protocol/frame/encoder.hpp"

#include <cstdint>

namespace common::transfer {

class channel {
  public:
    virtual ~channel() = default;
    // A short frame that is always taken.
    virtual void answer(seam::const_bytes frame) = 0;
    // on_room() follows, not from inside this call, when the connection takes more.
    virtual void want_room() = 0;
    // Only from on_room(): whole frames, about read_job_bytes_max in all.
    virtual void send_bulk(stream::slice frames) = 0;
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;
    // The other half says that this connection is gone: it is to be closed, and is not used any more.
    virtual void drop() {}
    // Sums since the connection began.
    virtual transport::link_times times() const { return {}; }
};

template <protocol::wire::message M>
void send_message(channel& to, const M& message, std::uint32_t request = 0) {
    to.answer(protocol::frame::encode(message, request));
}

}  // namespace common::transfer
