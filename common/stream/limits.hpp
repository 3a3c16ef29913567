// Every bound of the stream layer, with its unit and its reason, asserted against the others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace common::stream::limits {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

// --- buffers -----------------------------------------------------------------------------------
// Room kept beside a payload of a round size, so that a frame header fits in front without a copy.
inline constexpr std::size_t head_room_bytes_max = 512;
// A slab has one of these sizes; what is bigger than the last is allocated exactly and never kept.
inline constexpr std::array<std::size_t, 6> slab_bytes{
    512,                              // one chat message
    4 * kib,                          // small files, control frames
    16 * kib,                         // a TLS record
    64 * kib + head_room_bytes_max,   // a sealed chunk
    256 * kib + head_room_bytes_max,  // a chunk of bulk data: what fits the second-level cache
    1 * mib + head_room_bytes_max,
};
// What a pool keeps for reuse, and what its users may hold at once, unless its owner says otherwise.
inline constexpr std::size_t pool_idle_bytes_max = 32 * mib;
inline constexpr std::size_t pool_live_bytes_max = 512 * mib;

// --- queues and pipes --------------------------------------------------------------------------
inline constexpr std::size_t chunk_bytes = 256 * kib;
inline constexpr std::size_t high_water_bytes = 4 * chunk_bytes;
inline constexpr std::size_t low_water_bytes = 2 * chunk_bytes;
// After so many bytes without waiting, a stream lets others on its loop run.
inline constexpr std::size_t turn_bytes_max = 4 * mib;

// --- files -------------------------------------------------------------------------------------
// Two chunks in flight hide the hop to the blocking pool; more only take memory.
inline constexpr std::size_t reads_in_flight = 2;
inline constexpr std::size_t reads_in_flight_max = 16;
inline constexpr std::size_t batches_in_flight = 2;
inline constexpr std::size_t batch_bytes_max = 1 * mib;

// --- transforms --------------------------------------------------------------------------------
inline constexpr std::size_t sealed_chunk_bytes = 64 * kib;
// What a stranger's sealed stream may ask of us before its passphrase is checked.
inline constexpr std::uint32_t passphrase_passes_max = 16;
inline constexpr std::uint32_t passphrase_memory_kib_max = 256 * 1024;
inline constexpr std::size_t passphrase_bytes_max = 1024;

// --- events ------------------------------------------------------------------------------------
// More listeners than this to one event are taken for a leak.
inline constexpr std::size_t listeners_max = 1024;

static_assert(low_water_bytes < high_water_bytes);
static_assert(slab_bytes[4] == chunk_bytes + head_room_bytes_max, "a chunk with head room is one slab");
static_assert(slab_bytes[3] >= sealed_chunk_bytes + 64, "a sealed chunk with its tag is one slab");
static_assert(slab_bytes.back() >= batch_bytes_max);
static_assert(high_water_bytes <= turn_bytes_max);
static_assert(pool_idle_bytes_max <= pool_live_bytes_max);
static_assert(reads_in_flight <= reads_in_flight_max);
static_assert(reads_in_flight_max * slab_bytes.back() <= pool_live_bytes_max);

}  // namespace common::stream::limits
