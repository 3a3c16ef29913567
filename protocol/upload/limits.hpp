// The limits of a transfer, checked against the limits of the wire.
//
// Both sides keep them: a receiver refuses what exceeds them, a sender never does. Nothing is allocated by an
// announced size; what a hostile peer can make the other side hold is bounded by these numbers.
#pragma once

#include "protocol/wire/limits.hpp"

#include <cstdint>

namespace protocol::upload::limits {

using namespace protocol::limits;

inline constexpr std::size_t digest_bytes = 16;  // XXH3-128

// A file up to this size travels inside its offer: one frame, no round trip.
inline constexpr std::size_t inline_bytes_max = 64 * kibibyte;

// Chunks of a file are equally long, except the last. Larger files have larger chunks, so that the list of
// digests of one file stays small.
inline constexpr std::uint32_t chunk_bytes_default = 256 * kibibyte;
inline constexpr std::uint32_t chunk_bytes_large = mebibyte;
inline constexpr std::uint64_t default_chunk_file_bytes_max = 64ULL * 1024 * mebibyte;
inline constexpr std::uint32_t chunks_max = 1U << 20;  // 16 MiB of digests
inline constexpr std::uint64_t file_bytes_max = std::uint64_t{chunks_max} * chunk_bytes_large;

// A sender has at most so many offers without an outcome.
inline constexpr std::uint32_t offers_in_flight_max = 16 * 1024;
// … and of those at most so many files that travel in chunks.
inline constexpr std::uint32_t chunked_offers_in_flight_max = 16;

// Repeated elements of one frame.
inline constexpr std::size_t runs_max = 4096;            // in a Wanted frame
inline constexpr std::size_t run_chunks_max = 16384;     // digests in one run
inline constexpr std::size_t wanted_chunks_max = 32768;  // digests in one Wanted frame
inline constexpr std::size_t outcomes_max = 256;         // in a Stored frame
inline constexpr std::size_t entries_max = 128;          // in a Listing frame
inline constexpr std::size_t unfinished_max = 15;        // in an Unfinished frame
inline constexpr std::size_t asked_max = 512;            // entries of an Ask, verdicts of a Checked
inline constexpr std::size_t examined_max = 128;         // in an Examine frame
inline constexpr std::size_t examined_digest_bytes_max = 32;
inline constexpr std::size_t receipted_max = 256;             // in a Receipt frame
inline constexpr std::size_t examinations_in_flight_max = 4;  // Examine frames without an answer
inline constexpr std::uint32_t zeros_max = 4096;              // chunks in a Zeros frame

// Connections of one transfer.
inline constexpr std::uint16_t lanes_max = 8;
// The frames in a Packed frame, before and after packing: one chunk with what stands before it.
inline constexpr std::size_t packed_bytes_max = chunk_bytes_max + kibibyte;

static_assert(chunk_bytes_min <= chunk_bytes_default);
static_assert(chunk_bytes_large <= chunk_bytes_max);
static_assert(default_chunk_file_bytes_max / chunk_bytes_default <= chunks_max);
static_assert(inline_bytes_max + path_bytes_max + kibibyte <= data_payload_bytes_max,
              "an offer fits a frame");
static_assert(run_chunks_max <= wanted_chunks_max);
static_assert(wanted_chunks_max * digest_bytes + runs_max * 8 + kibibyte <= data_payload_bytes_max);
static_assert(packed_bytes_max + kibibyte <= data_payload_bytes_max);
static_assert(entries_max * (component_bytes_max + 64) <= control_payload_bytes_max);
static_assert(examined_max * (path_bytes_max + 16) <= data_payload_bytes_max);
static_assert(examined_max * (examined_digest_bytes_max + 32) <= control_payload_bytes_max);
static_assert(unfinished_max * (path_bytes_max + 64) <= control_payload_bytes_max);
static_assert(chunked_offers_in_flight_max < offers_in_flight_max);
static_assert(asked_max <= offers_in_flight_max);
static_assert(asked_max * 3 + kibibyte <= control_payload_bytes_max, "an answer is a short frame");

// The chunk length for a file of this size (bytes). Unknown sizes are the largest of all numbers: large
// chunks.
constexpr std::uint32_t chunk_bytes_for(std::uint64_t file_bytes) {
    return file_bytes > default_chunk_file_bytes_max ? chunk_bytes_large : chunk_bytes_default;
}

}  // namespace protocol::upload::limits
