// Where a connection's bytes land and become frames.
//
//   small frames:  ┌ buffer of 64 KiB, from the pool only while it holds something ┐
//                  │ done │ frame │ frame │ begun…      │ prepare() ▸             │
//   a large frame: its first 64 KiB arrive there and are moved to a slab of the frame's size, where the rest
//                  lands; its payload can then be kept as a slice without a copy.
//
// So nothing is allocated by an announced length alone: a slab for 1 MiB takes 64 KiB that have arrived.
//
// Call order: prepare() → read into it → commit(n) → next() until it is not `ready`, consume() after each
// frame.
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "protocol/frame/decoder.hpp"

#include <cstddef>

namespace common::transport {

// A frame that has arrived. The views are valid during the call that hands it over; keep() makes them last.
struct incoming_frame {
    protocol::frame::header header;
    seam::const_bytes payload;
    const stream::slice* storage = nullptr;

    // `part` of the payload as a slice: of a large frame without copying.
    stream::slice keep(seam::const_bytes part) const;
};

class frame_reader {
  public:
    using state = protocol::frame::decoder::state;

    frame_reader(stream::buffer_pool& pool, std::size_t payload_bytes_max);

    // Never empty; empty only when the pool's budget is spent.
    seam::mutable_bytes prepare();
    void commit(std::size_t count);

    struct step {
        frame_reader::state state = state::more;
        incoming_frame frame;
        protocol::error_code error = protocol::error_code::none;
    };
    step next();
    // Drops the frame that next() gave.
    void consume();

    void set_payload_bytes_max(std::size_t bytes) {
        payload_bytes_max_ = bytes;
        decoder_.set_payload_bytes_max(bytes);
    }

    // Bytes of a frame that has begun and is not complete.
    std::size_t unread_bytes() const { return end_ - begin_; }
    // How many more the frame that has begun needs, as far as its header has come; 0 between frames.
    std::size_t missing_bytes() const;

  private:
    bool grow();
    void compact();
    seam::const_bytes unread() const { return buffer_.bytes().subspan(begin_, end_ - begin_); }

    stream::buffer_pool& pool_;
    protocol::frame::decoder decoder_;
    std::size_t payload_bytes_max_;
    stream::slice buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t frame_bytes_ = 0;  // of the frame at begin_: found by next()
};

}  // namespace common::transport
