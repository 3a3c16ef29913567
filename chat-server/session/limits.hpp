// The limits of one client's conversation.
#pragma once

#include "chat-server/storage/limits.hpp"
#include "common/transport/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chat_server::session::limits {

using domain::limits::kibibyte;

inline constexpr std::size_t rooms_joined_max = 100;

// Requests that are not answered yet, as bytes of themselves or of their answers, whichever is more. Beyond
// it the client is not read from; it is not refused.
inline constexpr std::size_t requests_bytes_max = 512 * kibibyte;
inline constexpr std::size_t list_answer_bytes = protocol::limits::control_payload_bytes_max;
inline constexpr std::size_t page_answer_bytes =
    storage::limits::page_bytes_max + storage::limits::amendments_bytes_max;
inline constexpr std::size_t small_answer_bytes = 512;

// Rooms with a notice that waits for the socket. Who misses one sees the room in its list.
inline constexpr std::size_t notices_waiting_max = 32;

// Presence: how often the directory looks for what is due, and what a slow watcher gets as a sum.
inline constexpr std::chrono::milliseconds presence_look_interval{100};
inline constexpr std::size_t presence_kept_max = 8;

// A client that posts too fast is told so once, and again when it has not been slowed for this long.
inline constexpr std::chrono::seconds slowed_calm_after{1};

// What one fill puts into the outbox at most, beyond the piece that crosses the line.
inline constexpr std::size_t fill_bytes = common::transport::limits::outbox_low_water_bytes;

// How long a crowd of readers is served at a stretch: short, because what talkers say next is read, and goes
// to the disk, only in between; the more there is to send when the crowd's next turn comes.
inline constexpr std::chrono::microseconds round_time_max{60};
inline constexpr std::size_t round_visits = 8;  // between two looks at the clock

static_assert(requests_bytes_max + page_answer_bytes + common::transport::limits::backlog_bytes_max +
                      domain::limits::block_bytes_max <
                  common::transport::limits::outbox_bytes_max,
              "the answers to all that was read fit the outbox of a client that stops reading");
static_assert(page_answer_bytes < requests_bytes_max && list_answer_bytes < requests_bytes_max);

}  // namespace chat_server::session::limits
