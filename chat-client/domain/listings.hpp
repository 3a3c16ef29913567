// What a server says about itself, its rooms and who is in them, as plain values that own their text.
#pragma once

#include "chat-client/domain/records.hpp"
#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chat_client::domain {

struct server_facts {
    protocol::chat::author_id you{};
    std::string nick;
    std::uint32_t text_bytes_max = 0;
    bool durable = true;
    std::string motd;
};

struct room_facts {
    std::string name;
    std::string topic;
    bool watched = true;  // false: for posting only, its records are not told
    std::uint64_t first_seq = 0;
    std::uint64_t last_seq = 0;
    std::uint64_t last_n = 0;
    std::uint64_t next_seq = 0;
    std::uint64_t unread = 0;
    bool again = false;  // after a reconnect
    std::uint64_t read_seq = 0;
    std::uint64_t read_n = 0;
    std::uint32_t flags = 0;         // room_flags
    std::uint32_t member_flags = 0;  // what this key is in it
    std::uint32_t slow_seconds = 0;
};

struct room_line {
    std::string name;
    std::string topic;
    std::uint32_t members = 0;
    std::uint64_t last_n = 0;
    std::int64_t last_at_ms = 0;  // 0: nothing was ever stored
    std::uint64_t last_seq = 0;
    std::uint32_t flags = 0;   // room_flags
    std::uint64_t read_n = 0;  // only when asked for one's own rooms
};

struct member_line {
    protocol::chat::author_id author{};
    std::string nick;
    std::uint32_t connections = 0;
    std::uint64_t delivered_seq = 0;
    std::uint64_t read_seq = 0;
    std::uint32_t flags = 0;  // member_flags
    std::string away{};       // why
};

// What changed in a room since the last one.
struct presence {
    std::string room;
    std::uint32_t total = 0;
    bool reset = false;                  // more has changed: read the list again
    std::vector<member_line> changed{};  // connections 0: gone
    std::vector<protocol::chat::author_id> typing{};
};

struct person {
    protocol::chat::author_id author{};
    std::string nick;
    std::uint32_t connections = 0;
    std::uint32_t flags = 0;
    std::int64_t first_seen_ms = 0;
    std::int64_t last_seen_ms = 0;
    std::string away;
    std::vector<std::string> rooms;
};

// This person's own cursors, moved on another device.
struct cursor_move {
    std::string room;
    std::uint64_t delivered_seq = 0;
    std::uint64_t read_seq = 0;
    std::uint64_t read_n = 0;
};

struct search_wish {
    std::string query;
    std::uint32_t count = 20;
    std::string room{};    // empty: all
    std::string author{};  // empty: all
    std::optional<std::int64_t> since_ms = std::nullopt;
    std::optional<std::int64_t> until_ms = std::nullopt;
    std::uint64_t before = 0;  // 0: from the newest on
};

struct found_message {
    std::string room;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    protocol::chat::author_id author{};
    std::int64_t stored_at_ms = 0;
    std::string nick;
    std::string text;
    bool cut = false;
};

// The running hash of a room's transcript up to and including record `seq`.
struct fingerprint {
    std::string room;
    std::uint64_t seq = 0;
    protocol::chat::chain_hash chain{};

    bool operator==(const fingerprint&) const = default;
};

// A part of a room's log; from_seq > to_seq: there is nothing. Records missing in it are not kept any more.
struct page {
    std::string room;
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;
    std::vector<record> records{};
    std::vector<record> amendments{};  // later ones that change messages of this page
};

}  // namespace chat_client::domain
