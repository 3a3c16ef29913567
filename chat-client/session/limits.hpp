// The limits of one client's conversation with its server.
#pragma once

#include "common/transport/limits.hpp"
#include "protocol/chat/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chat_client::session::limits {

using namespace std::chrono_literals;
using protocol::limits::kibibyte;
using protocol::limits::mebibyte;

// Posts sent and not answered, of one room: enough to fill a commit of the server and the way there and back.
inline constexpr std::size_t in_flight_messages_max = 4096;
inline constexpr std::size_t in_flight_bytes_max = 1 * mebibyte;
// Posts accepted and not answered, in flight or waiting, of one room; whoever posts more waits for
// has_room().
inline constexpr std::size_t queued_bytes_max = 4 * mebibyte;
inline constexpr std::size_t post_overhead_bytes = 128;  // what a post counts beside its text

// After a server that cannot keep a post now and does not say when to ask again.
inline constexpr auto post_retry_delay = 2s;
inline constexpr auto post_retry_delay_max = 30s;

// What was read is acknowledged together: after so many records or this time, whichever is first.
inline constexpr std::uint64_t seen_records_max = 256;
inline constexpr auto seen_delay_max = 200ms;

// Records that are out of order end the connection; so many in a row without one that fits end the session.
inline constexpr unsigned breaches_max = 3;

inline constexpr std::size_t rooms_max = 100;

// Requests without an answer; more are refused here.
inline constexpr std::size_t requests_max = 4096;

// Whoever types is told so often; the server forgets it after six seconds.
inline constexpr auto typing_repeat = 3s;
// How long an answer takes is measured so often.
inline constexpr auto latency_period = 10s;

static_assert(in_flight_bytes_max <= queued_bytes_max);
static_assert(protocol::limits::text_bytes_max + post_overhead_bytes < in_flight_bytes_max);

}  // namespace chat_client::session::limits
