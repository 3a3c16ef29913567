// Why a connection ended: exactly one of these for each, told once to its session.
#pragma once

#include <cstdint>
#include <string_view>

namespace common::transport {

enum class close_reason : std::uint8_t {
    none,               // still open
    local,              // this side was finished; the session knows why
    peer_finished,      // the peer's orderly end, between two frames
    connection_lost,    // cut off or reset; the error code says more
    protocol_error,     // bytes that are no frame, or a frame over the limit; the error code says which
    silent,             // nothing came for too long, not even an answer to a ping
    frame_too_slow,     // a frame began and came in too slowly
    no_write_progress,  // the peer took nothing for too long (only where a program asks for this)
    outbox_overflow,    // more answers than a peer may leave unread
    no_memory,          // the buffer budget is spent
};

// Stable lower_snake_case name, for logs and metrics.
std::string_view name_of(close_reason reason);

}  // namespace common::transport
