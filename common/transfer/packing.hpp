// Frames that travel compressed: one Packed frame for an offer batch or a chunk, where that is shorter.
//
//   if (auto packed = pack(frames, buffers)) …     nothing: not worth it; frames stay as they are
//   unpack(message, room)                          room: what was packed, at most packed_bytes_max
//
//   packing_rule decides whether to try at all: only while the link is slower than the compressor, and not
//   for what did not get shorter lately.
//
// zstd, level 1. Nothing is allocated by what the peer announces: the room is bounded before it is made, and
// what does not fit or does not fill it is malformed.
#pragma once

#include "common/seam/clock.hpp"
#include "common/stream/buffer_pool.hpp"
#include "common/stream/slice.hpp"
#include "protocol/upload/messages.hpp"
#include "protocol/wire/error_code.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace common::transfer {

struct packed_frames {
    stream::slice frame;
    std::size_t data_bytes = 0;  // of the content of the frame
};

// Looks at a sample first, so that what cannot be compressed costs little. Blocking pool.
std::optional<packed_frames> pack(const stream::slice& frames, stream::buffer_pool& buffers);

protocol::error_code unpack(const protocol::upload::packed& message, std::vector<std::byte>& room);

// What one job packed, or tried to.
struct packing_trial {
    std::uint64_t plain_bytes = 0;
    seam::duration time{};
    bool shorter = false;
    bool tried() const { return plain_bytes > 0; }
};

// Pure; one for each sender.
class packing_rule {
  public:
    // Bytes went to the link; `waited`: of the time since the rule began, for the link or a limit.
    void on_sent(std::uint64_t bytes, seam::duration waited, seam::mono_time now);
    // A job took so long to pack so many bytes, or found that it did not pay.
    void on_packed(std::uint64_t plain_bytes, seam::duration time, bool shorter);
    // Try the next one?
    bool wanted();

  private:
    bool begun_ = false;
    seam::mono_time window_began_{};
    seam::duration waited_before_{};
    std::uint64_t window_bytes_ = 0;
    bool link_is_slow_ = false;
    double pack_rate_ = 250e6;   // bytes per second; measured as soon as there is something to measure
    std::uint32_t useless_ = 0;  // in a row
    std::uint32_t skip_ = 0;
};

}  // namespace common::transfer
