// Every limit of the wire format, in one place and checked against each other.
//
// A peer that exceeds one of them is answered with error_code::too_large (frames) or error_code::malformed
// (fields); nothing is ever allocated by an announced length, only by bytes that arrived.
#pragma once

#include <cstddef>

namespace protocol::limits {

inline constexpr std::size_t kibibyte = 1024;
inline constexpr std::size_t mebibyte = 1024 * kibibyte;

// Frames.
inline constexpr std::size_t frame_header_bytes = 12;
inline constexpr std::size_t handshake_payload_bytes_max = 4 * kibibyte;  // before Welcome, either side
inline constexpr std::size_t control_payload_bytes_max = 68 * kibibyte;   // everything that is not bulk data
inline constexpr std::size_t data_payload_bytes_max =
    mebibyte + 4 * kibibyte;  // one chunk and its description

// Fields used by both applications.
inline constexpr std::size_t name_bytes_max = 64;     // nicks, rooms, server and agent names
inline constexpr std::size_t reason_bytes_max = 512;  // one line for a person
inline constexpr std::size_t extensions_max = 32;     // in one message, known and unknown together

// Chat.
inline constexpr std::size_t text_bytes_max =
    64 * kibibyte;  // hard limit; the server's --max-message is below it
inline constexpr std::size_t topic_bytes_max = 512;
inline constexpr std::size_t list_entries_max = 512;  // rooms or members in one frame

// Upload.
inline constexpr std::size_t path_bytes_max = 4 * kibibyte - 1;  // all components, joined
inline constexpr std::size_t component_bytes_max = 255;
inline constexpr std::size_t path_depth_max = 128;
inline constexpr std::size_t chunk_bytes_min = 64 * kibibyte;  // except a file's last
inline constexpr std::size_t chunk_bytes_max = mebibyte;

static_assert(handshake_payload_bytes_max <= control_payload_bytes_max);
static_assert(control_payload_bytes_max <= data_payload_bytes_max);
static_assert(text_bytes_max + kibibyte <= control_payload_bytes_max, "a record fits a control frame");
static_assert(chunk_bytes_max + kibibyte <= data_payload_bytes_max, "a chunk fits a data frame");
static_assert(reason_bytes_max + 8 * name_bytes_max < handshake_payload_bytes_max);
static_assert(chunk_bytes_min < chunk_bytes_max);

}  // namespace protocol::limits
