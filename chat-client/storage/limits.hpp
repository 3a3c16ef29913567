// The limits of what a client keeps on disk.
#pragma once

#include <chrono>
#include <cstddef>

namespace chat_client::storage::limits {

using namespace std::chrono_literals;

// How long to wait for another process of the same person that is writing.
inline constexpr std::chrono::milliseconds busy_time_max = 10s;

// Messages that a process takes over from one that has gone, at a time.
inline constexpr std::size_t adopted_messages_max = 1024;

}  // namespace chat_client::storage::limits
