// Cuts a stream of slices of any size into chunks of a given size, copying only what straddles two slices.
//
//   cut.add(std::move(bytes));                 // only when next() has given an empty slice
//   for (;;) {
//       auto chunk = cut.next(chunk_bytes);    // exactly chunk_bytes; empty: add more first
//       if (!chunk) return chunk.error();      // the buffer budget is spent
//       ...
//   }
//   auto rest = cut.rest();                    // at the end: fewer than chunk_bytes, perhaps none
//
// Holds at most one slice of the input and one chunk. The chunk size may change whenever a chunk was given.
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/stream/slice.hpp"

#include <cstddef>

namespace common::stream {

class chunker {
  public:
    explicit chunker(buffer_pool& buffers) : buffers_(buffers) {}

    void add(slice bytes);
    seam::result<slice> next(std::size_t chunk_bytes);
    slice rest();
    // Lets go of everything.
    void clear();

  private:
    buffer_pool& buffers_;
    slice input_;
    slice partial_;  // the begun chunk; its capacity is the whole chunk
};

}  // namespace common::stream
