// What one connection is about to write: encoded frames in order, own bytes and shared ones side by side.
//
//   append(bytes)         copied, small ones together           ┐
//   append(slice)         shared, not copied                    ├─▶ [p0|p1|p2…] ─▶ gather(), write, drop(n)
//   append(owner, bytes)  shared, kept alive by `owner`         ┘
//
// Not bounded by itself: its users ask size_bytes() first (see framed_connection).
#pragma once

#include "common/stream/slice.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace common::transport {

class outbox {
  public:
    void append(seam::const_bytes bytes);
    void append(stream::slice bytes);
    void append(std::shared_ptr<const void> owner, seam::const_bytes bytes);

    // Makes room for `count_bytes` bytes at the end for the caller to encode into; valid until the next call.
    seam::mutable_bytes extend(std::size_t count_bytes);

    bool empty() const { return size_bytes_ == 0; }
    std::size_t size_bytes() const { return size_bytes_; }
    // Of those, the bytes appended while not set_bulk(true): answers, which a peer may not leave unread
    // for ever, as opposed to bulk, which is only appended as fast as it is written.
    std::size_t answer_bytes() const { return answer_bytes_; }
    void set_bulk(bool bulk) { bulk_ = bulk; }

    // The first pieces, at most `out.size()` of them; returns how many. Valid until the next change.
    std::size_t gather(std::span<seam::const_bytes> out) const;
    // The first `count` bytes are written.
    void drop(std::size_t count);
    void clear();

  private:
    struct shared_bytes {
        std::shared_ptr<const void> owner;
        seam::const_bytes bytes;
    };
    using copied = std::vector<std::byte>;
    struct piece {
        std::variant<copied, stream::slice, shared_bytes> held;
        bool bulk = false;
    };

    static seam::const_bytes bytes_of(const piece& piece);
    void push(piece added);
    void count(std::size_t bytes, bool bulk);

    std::vector<piece> pieces_;
    std::size_t first_ = 0;  // pieces before it are written
    std::size_t begin_ = 0;  // bytes of pieces_[first_] that are written
    std::size_t size_bytes_ = 0;
    std::size_t answer_bytes_ = 0;
    bool bulk_ = false;
};

}  // namespace common::transport
