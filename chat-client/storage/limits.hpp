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

// The copy of the rooms' logs, for each server.
inline constexpr std::size_t cache_bytes_default = std::size_t{256} << 20;
inline constexpr std::size_t cache_bytes_min = std::size_t{1} << 20;
// Its size is looked at after so many records; each round drops a quarter of the largest room.
inline constexpr std::size_t cache_check_records = 4096;
inline constexpr int cache_shrink_rounds = 16;
// Unread messages that are searched for this person's nick.
inline constexpr std::uint64_t mentions_scanned_max = 20'000;

// Replies that quote a message which has changed.
inline constexpr std::uint64_t replies_shown_anew_max = 32;

inline constexpr std::size_t history_lines_max = 500;

}  // namespace chat_client::storage::limits
