// The limits of the full-screen program's core.
#pragma once

#include "chat-client/session/limits.hpp"

#include <cstddef>
#include <cstdint>

namespace chat_client::controller::limits {

using protocol::limits::mebibyte;

// Records given to the copy at once; parts that wait for it, above which nothing more is read.
inline constexpr std::size_t batch_records_max = 1024;
inline constexpr std::size_t batch_bytes_max = 1 * mebibyte;
inline constexpr std::size_t waiting_bytes_high = 16 * mebibyte;
inline constexpr std::size_t waiting_bytes_low = 2 * mebibyte;

// What is read of a room that this machine has no copy of.
inline constexpr std::uint64_t first_messages = 200;
// So far behind reading begins anew at the end; what lies between is a hole until somebody looks at it.
inline constexpr std::uint64_t behind_records_max = 20'000;
inline constexpr std::uint64_t resumed_messages = 500;
inline constexpr std::uint32_t hole_messages = 500;  // at a time

inline constexpr std::size_t members_max = 10'000;  // remembered of a room
inline constexpr std::size_t known_rooms_max = 2000;
inline constexpr std::size_t listed_rows_max = 500;
inline constexpr std::size_t lists_max = 16;      // whose rows can still be picked
inline constexpr std::size_t questions_max = 64;  // that wait for an answer about a person
inline constexpr std::uint32_t export_records = 100'000;

static_assert(waiting_bytes_low < waiting_bytes_high && batch_bytes_max < waiting_bytes_high);
static_assert(first_messages < behind_records_max);

}  // namespace chat_client::controller::limits
