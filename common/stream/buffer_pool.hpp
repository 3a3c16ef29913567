// Slabs that are used again: where the bytes of every stream live, counted against one budget.
//
//   buffer_pool pool;                                          // or with limits of its own
//   auto got = pool.try_allocate(size, contents::unspecified); // fails when the budget is spent
//   if (!got) return got.error();                              // errc::not_enough_memory
//   slice bytes = std::move(*got);                             // goes back to the pool with its last copy
//
// A request takes the smallest slab size that holds it (limits.hpp); the rest of the slab is its tail
// room. All functions may be called from any thread, and slices may be released anywhere, even after the
// pool is gone.
#pragma once

#include "common/seam/result.hpp"
#include "common/stream/limits.hpp"
#include "common/stream/slice.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace common::stream {

class pool_core;

// Unspecified bytes are whatever the slab held before: only for memory that is written before
// anyone reads it.
enum class contents : std::uint8_t { zeroed, unspecified };

struct pool_limits {
    std::size_t live_bytes_max = limits::pool_live_bytes_max;  // what try_allocate() hands out at most
    std::size_t idle_bytes_max = limits::pool_idle_bytes_max;  // what is kept for reuse at most
};

struct pool_statistics {
    std::size_t live_bytes = 0;       // in slices, counted in whole slabs
    std::size_t live_bytes_peak = 0;  // since the pool was made
    std::size_t idle_bytes = 0;       // kept for reuse
    std::uint64_t live_slabs = 0;
    std::uint64_t idle_slabs = 0;
    std::uint64_t hits = 0;      // requests served with a used slab
    std::uint64_t misses = 0;    // requests that went to the system
    std::uint64_t refusals = 0;  // requests over the budget
};

class buffer_pool {
  public:
    buffer_pool() : buffer_pool(pool_limits{}) {}
    explicit buffer_pool(pool_limits bounds);
    buffer_pool(const buffer_pool&) = delete;
    buffer_pool& operator=(const buffer_pool&) = delete;
    ~buffer_pool();

    // A unique slice of exactly `size_bytes`, or not_enough_memory when the budget does not allow it.
    seam::result<slice> try_allocate(std::size_t size_bytes, contents what = contents::zeroed);
    // The same outside the budget, for the few bytes that must go out in any case, such as the reason
    // of a close.
    slice allocate(std::size_t size_bytes, contents what = contents::zeroed);

    pool_statistics statistics() const;
    // Gives the idle memory back to the system.
    void trim();

  private:
    slice lend(slab* memory, std::size_t size_bytes, contents what);

    std::shared_ptr<pool_core> core_;
};

}  // namespace common::stream
