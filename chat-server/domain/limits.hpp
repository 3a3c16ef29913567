// The limits of the chat's rules.
#pragma once

#include "protocol/chat/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chat_server::domain::limits {

using protocol::limits::kibibyte;
using protocol::limits::mebibyte;

inline constexpr std::size_t nick_bytes_max = 32;
inline constexpr std::size_t room_bytes_max = protocol::limits::name_bytes_max;

// Presence: how long a member without a connection is still there, how often a room's changes are told, and
// from how many members on the moves of their cursors are not.
inline constexpr std::chrono::seconds presence_grace{10};
inline constexpr std::chrono::seconds presence_interval{1};
inline constexpr std::chrono::seconds typing_lasts{6};
inline constexpr std::size_t cursor_members_max = 256;
// After a start everybody comes back within the grace and the patience of clients: that is no news.
inline constexpr std::chrono::seconds presence_settles_after{15};

// Search: each word costs a look into the index, and a short prefix stands for too much of it.
inline constexpr std::size_t search_terms_max = 16;
inline constexpr std::size_t search_prefix_characters_min = 2;

inline constexpr std::size_t reaction_bytes_max = 32;
inline constexpr std::size_t note_bytes_max = 256;                // a reason, or what an action needs
inline constexpr std::uint32_t seconds_max = 365 * 24 * 60 * 60;  // of mute and slow

// Posts of one connection: enough for a program's output and a pasted log, far below what the store takes.
inline constexpr std::uint32_t posts_per_s_default = 1000;
inline constexpr std::uint32_t posts_burst_default = 10 * posts_per_s_default;

// A block is what one commit added to one room, cut at this size: the most that a stalled reader can pin.
inline constexpr std::size_t block_bytes_max = 128 * kibibyte;
// The newest blocks of a room are joined up to this size: what a reader gets in one piece.
inline constexpr std::size_t joined_bytes_max = 64 * kibibyte;
// What the tails of all rooms keep together; older records are read from the store.
inline constexpr std::size_t tails_bytes_default = 8 * mebibyte;
// What a block costs beside its records: its own fields, its place in a queue, its allocations.
inline constexpr std::size_t block_overhead_bytes = 192;

static_assert(block_bytes_max >= protocol::chat::limits::record_frame_bytes_max, "a block holds any record");
static_assert(joined_bytes_max <= block_bytes_max);
static_assert(tails_bytes_default >= 16 * block_bytes_max);
static_assert(presence_settles_after > presence_grace && presence_grace > presence_interval);
static_assert(note_bytes_max <= protocol::limits::reason_bytes_max,
              "a reason is told when somebody is removed");
static_assert(nick_bytes_max <= protocol::limits::name_bytes_max);

}  // namespace chat_server::domain::limits
