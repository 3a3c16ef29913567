// The 12 bytes in front of every payload.
//
//    0         4      6    7    8          12
//   ┌─────────┬──────┬────┬────┬──────────┬─────────────┐
//   │ length  │ type │flag│ 53 │ request  │ payload …   │   little-endian
//   └─────────┴──────┴────┴────┴──────────┴─────────────┘
//
// `length` counts the payload only. `request` correlates an answer with its question; 0: none. Byte 7 is
// always 0x53, so that a stream that is not ours is noticed at once. An unknown type with flag_critical is an
// error, without it the frame is skipped.
#pragma once

#include "protocol/wire/bytes.hpp"
#include "protocol/wire/limits.hpp"

#include <cstdint>
#include <span>

namespace protocol::frame {

inline constexpr std::uint8_t magic = 0x53;
inline constexpr std::uint8_t flag_critical = 0x01;
inline constexpr std::uint8_t flags_known = flag_critical;

struct header {
    std::uint32_t payload_bytes = 0;
    std::uint16_t type = 0;
    std::uint8_t flags = 0;
    std::uint32_t request = 0;

    friend bool operator==(const header&, const header&) = default;
};

// False when the magic byte is wrong or a flag is set that this version does not know.
[[nodiscard]] bool decode_header(std::span<const std::byte, limits::frame_header_bytes> from, header& to);
void encode_header(std::span<std::byte, limits::frame_header_bytes> to, const header& from);

// A whole frame inside the receive buffer.
struct view {
    frame::header header;
    wire::bytes_view payload;
};

}  // namespace protocol::frame
