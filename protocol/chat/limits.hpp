// The limits of the chat's messages, checked against the frames that carry them.
#pragma once

#include "protocol/wire/limits.hpp"

#include <cstddef>
#include <cstdint>

namespace protocol::chat::limits {

using namespace protocol::limits;

// A record's members without its strings, its frame header included; see record in messages.hpp.
inline constexpr std::size_t record_overhead_bytes_max = 256;
inline constexpr std::size_t record_frame_bytes_max =
    record_overhead_bytes_max + name_bytes_max + text_bytes_max;

// What one fetch is answered with, at most: whole record frames, at least one.
inline constexpr std::size_t page_frames_bytes_max = 256 * kibibyte;
inline constexpr std::uint32_t fetch_count_max = 4096;

inline constexpr std::size_t amendments_bytes_max = 256 * kibibyte;

// Entries of one list frame; lists go on with `after`.
inline constexpr std::size_t rooms_per_frame_max = 64;
inline constexpr std::size_t members_per_frame_max = 256;
inline constexpr std::size_t room_entry_bytes_max = name_bytes_max + topic_bytes_max + 64;
inline constexpr std::size_t away_bytes_max = 120;
inline constexpr std::size_t member_entry_bytes_max = name_bytes_max + away_bytes_max + 64;

// Presence: latest values only, never a backlog.
inline constexpr std::size_t presence_entries_max = 64;  // more have changed: the list is read again
inline constexpr std::size_t typing_max = 16;

// Search. A found text is cut at a character, the whole of it can be fetched.
inline constexpr std::size_t query_bytes_max = 512;
inline constexpr std::size_t found_per_frame_max = 32;
inline constexpr std::size_t found_text_bytes_max = kibibyte;
inline constexpr std::size_t found_entry_bytes_max = found_text_bytes_max + 2 * name_bytes_max + 96;
inline constexpr std::size_t shared_rooms_max = 64;  // named in one whois

inline constexpr std::size_t motd_bytes_max = 4 * kibibyte;

static_assert(record_frame_bytes_max <= control_payload_bytes_max, "a record is a control frame");
static_assert(page_frames_bytes_max >= record_frame_bytes_max, "a page holds any record");
static_assert(page_frames_bytes_max + amendments_bytes_max + kibibyte <= data_payload_bytes_max,
              "a page is one data frame");
static_assert(rooms_per_frame_max * room_entry_bytes_max + kibibyte <= control_payload_bytes_max);
static_assert(members_per_frame_max * member_entry_bytes_max + kibibyte <= control_payload_bytes_max);
static_assert(presence_entries_max <= members_per_frame_max);
static_assert(found_per_frame_max * found_entry_bytes_max + kibibyte <= control_payload_bytes_max);
static_assert(shared_rooms_max * name_bytes_max + 4 * kibibyte <= control_payload_bytes_max);
static_assert(motd_bytes_max + kibibyte <= control_payload_bytes_max);

}  // namespace protocol::chat::limits
