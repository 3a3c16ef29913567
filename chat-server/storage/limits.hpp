// The limits of the chat's store.
#pragma once

#include "chat-server/domain/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chat_server::storage::limits {

using domain::limits::kibibyte;
using domain::limits::mebibyte;

// One transaction takes what was waiting, up to this much: a commit stays a matter of milliseconds.
inline constexpr std::size_t batch_bytes_max = 4 * mebibyte;
inline constexpr std::size_t batch_writes_max = 8192;

// Pages for readers behind the tail. A few of them go between two commits, so that a crowd of late readers
// does not hold up the talkers.
inline constexpr std::size_t page_bytes_max = 128 * kibibyte;
inline constexpr std::size_t reads_per_turn_max = 8;
// Waiting questions that a new one is compared with, to share one page.
inline constexpr std::size_t reads_compared_max = 64;

// Cursors ride with the next commit, or with one of their own after this time.
inline constexpr std::chrono::milliseconds cursor_delay_max{1000};

// Removing what retention gives up goes in small steps, and often enough to keep up with the talkers.
inline constexpr std::chrono::seconds retention_interval{1};
inline constexpr std::uint32_t retention_rows_per_turn = 512;

// Authors whose names are kept in memory for encoding records.
inline constexpr std::size_t people_cached_max = 10'000;

// The search index follows behind the commits: in steps of so many records when nobody waits, fewer of them
// while posts come, and soon after what was posted.
inline constexpr std::uint32_t index_rows_idle = 256;
inline constexpr std::uint32_t index_rows_busy = 64;
inline constexpr std::size_t index_bytes_max = 512 * kibibyte;
inline constexpr std::chrono::milliseconds index_delay{250};
// What one search looks at before it answers with what it has; it can be continued.
inline constexpr std::size_t search_rows_looked_at_max = 4096;
inline constexpr std::size_t searches_per_turn_max = 1;
inline constexpr std::size_t searches_waiting_max = 256;

// Ids of removed records answer late repeats for so long; the newest ones always, because clocks get set.
inline constexpr std::int64_t ids_kept_ms = 24 * 60 * 60 * 1000;
inline constexpr std::uint64_t ids_kept_min = 10'000;

// Edits of one message: its deletion erases them all in one transaction.
inline constexpr std::size_t edits_max = 256;
// Later records that are read to fold one page, and what is sent of them.
inline constexpr std::size_t amendments_looked_at_max = 4096;
inline constexpr std::size_t amendments_bytes_max = 72 * kibibyte;
// Hashes of transcripts that were asked for lately, 32 bytes each: a crowd that joins asks for the same ones.
inline constexpr std::size_t chains_cached_max = 1024;
// People whose last message is remembered because their room is in slow mode.
inline constexpr std::size_t paced_people_max = 100'000;

inline constexpr std::size_t rooms_default = 10'000;

// SQLite: pages of 4 KiB in its cache, and in the log before it is copied into the database.
inline constexpr int cache_kibibytes = 16 * 1024;
inline constexpr int checkpoint_pages = 4096;
inline constexpr int log_bytes_kept = 64 * 1024 * 1024;
// How far the log is made longer than what is in it: as far again, within these bounds.
inline constexpr std::int64_t log_step_bytes_min = 256 * 1024;
inline constexpr std::int64_t log_step_bytes_max = 4 * 1024 * 1024;
static_assert(log_step_bytes_max < log_bytes_kept);

static_assert(page_bytes_max >= protocol::chat::limits::record_frame_bytes_max, "a page holds any record");
static_assert(page_bytes_max <= domain::limits::block_bytes_max, "a page is one block");
static_assert(amendments_bytes_max >= protocol::chat::limits::record_frame_bytes_max);
static_assert(amendments_bytes_max <= protocol::chat::limits::amendments_bytes_max);
static_assert(batch_bytes_max >= 16 * protocol::limits::text_bytes_max);

}  // namespace chat_server::storage::limits
