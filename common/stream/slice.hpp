// A reference-counted view of bytes in a slab: cheap to copy, cut and hand on; the bytes
// themselves never move.
//
//     slab  ┌───────────┬───────────────────────────┬──────────────┐
//           │ head room │ the slice's bytes         │  tail room   │
//           └───────────┴───────────────────────────┴──────────────┘
//           extend_front ◀┘ drop_front ▶      ◀ first() └▶ extend_back
//
//   slice frame = pool.allocate(head + 4096, contents::unspecified);   // see buffer_pool.hpp
//   frame.drop_front(head);                                            // leave room for a header
//   fill(frame.mutable_bytes());                                       // only while no one shares the slab
//   write_header(frame.extend_front(head));                            // in front, without a copy
//
// Slices of one slab may be used and released by several threads at once; one slice object by one thread at a
// time. Asking for writable bytes while the slab is shared is a defect and aborts.
#pragma once

#include "common/seam/byte_transport.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

namespace common::stream {

class slab;

class slice {
  public:
    slice() = default;
    slice(const slice& other);
    slice(slice&& other) noexcept { swap(other); }
    slice& operator=(slice other) noexcept {
        swap(other);
        return *this;
    }
    ~slice();

    // A slice of its own memory, outside any pool: for small and rare things, such as a greeting or a test.
    static slice copy_of(seam::const_bytes bytes);
    static slice copy_of(std::string_view text);

    const std::byte* data() const { return data_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    seam::const_bytes bytes() const { return {data_, size_}; }
    std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

    // Views of the same slab. Counts past the end are defects and abort.
    slice part(std::size_t offset, std::size_t count) const;
    slice first(std::size_t count) const { return part(0, count); }
    slice last(std::size_t count) const;
    // Cuts the first `count` bytes off this slice and returns them; what takes all leaves no hold
    // on the slab.
    slice take_front(std::size_t count);
    void drop_front(std::size_t count);
    void drop_back(std::size_t count);

    // Whether this is the only slice of its slab: then, and only then, its bytes may be changed.
    bool unique() const;
    seam::mutable_bytes mutable_bytes();
    std::size_t head_room() const;
    std::size_t tail_room() const;
    // Grows the slice into the room beside it and returns the new bytes. Only while unique() and
    // within the room.
    seam::mutable_bytes extend_front(std::size_t count);
    seam::mutable_bytes extend_back(std::size_t count);

    void swap(slice& other) noexcept {
        std::swap(slab_, other.slab_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
    }

  private:
    friend class buffer_pool;
    // Takes over one reference.
    slice(slab* owned, std::byte* data, std::size_t size) : slab_(owned), data_(data), size_(size) {}

    slab* slab_ = nullptr;
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace common::stream
