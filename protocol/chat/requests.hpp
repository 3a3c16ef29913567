// The chat's messages from client to server; messages.hpp has the whole picture.
#pragma once

#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace protocol::chat {

namespace join_flags {
inline constexpr std::uint32_t existing_only = 1;  // no_such_room instead of a new room
inline constexpr std::uint32_t presence = 2;       // send presence frames of this room
}  // namespace join_flags

struct join_room {
    static constexpr std::uint16_t type = 0x0100;
    std::string_view room{};
    std::uint32_t flags = 0;  // join_flags; unknown bits are ignored
    start_at start = start_at::cursor;
    std::uint64_t position = 0;  // in the unit of `start`

    static constexpr auto members() {
        return std::tuple{member("room", &join_room::room, limits::name_bytes_max),
                          member("flags", &join_room::flags), member("start", &join_room::start),
                          member("position", &join_room::position)};
    }
};

struct leave_room {
    static constexpr std::uint16_t type = 0x0101;
    std::uint32_t room = 0;

    static constexpr auto members() { return std::tuple{member("room", &leave_room::room)}; }
};

// Adds a record to a joined room. A repeat with the same id is answered like the first one and adds nothing.
struct post {
    static constexpr std::uint16_t type = 0x0102;
    std::uint32_t room = 0;
    record_kind kind = record_kind::message;
    message_id id{};
    std::int64_t sent_at_ms = 0;  // the author's clock, milliseconds since the epoch
    std::string_view text{};
    std::optional<std::uint64_t> target_n = std::nullopt;  // the message this one replies to, edits, …
    std::optional<moderation_action> action = std::nullopt;
    std::optional<author_id> subject = std::nullopt;

    static constexpr auto members() {
        return std::tuple{member("room", &post::room),
                          member("kind", &post::kind),
                          member("id", &post::id),
                          member("sent_at_ms", &post::sent_at_ms),
                          member("text", &post::text, limits::text_bytes_max),
                          extension(1, "target_n", &post::target_n),
                          extension(2, "action", &post::action),
                          extension(3, "subject", &post::subject)};
    }
};

// "Everything up to here has reached me" and "has been shown". Cursors only ever move forward.
struct seen {
    static constexpr std::uint16_t type = 0x0103;
    std::uint32_t room = 0;
    std::uint64_t delivered_seq = 0;
    std::uint64_t read_seq = 0;

    static constexpr auto members() {
        return std::tuple{member("room", &seen::room), member("delivered_seq", &seen::delivered_seq),
                          member("read_seq", &seen::read_seq)};
    }
};

// One page of records of a joined room, independent of the position of the live stream.
struct fetch {
    static constexpr std::uint16_t type = 0x0104;
    std::uint32_t room = 0;
    start_at start = start_at::last_n;  // not cursor
    std::uint64_t position = 0;
    std::uint32_t count = 0;  // messages; 1 to fetch_count_max

    static constexpr auto members() {
        return std::tuple{member("room", &fetch::room), member("start", &fetch::start),
                          member("position", &fetch::position), member("count", &fetch::count)};
    }
};

struct list_rooms {
    static constexpr std::uint16_t type = 0x0105;
    std::string_view after{};  // names greater than this one; empty: from the beginning
    // true: the rooms this key has a cursor in or an invitation to, direct ones included, with read_n
    std::optional<bool> mine = std::nullopt;

    static constexpr auto members() {
        return std::tuple{member("after", &list_rooms::after, limits::name_bytes_max),
                          extension(1, "mine", &list_rooms::mine)};
    }
};

struct list_members {
    static constexpr std::uint16_t type = 0x0106;
    std::uint32_t room = 0;
    std::optional<author_id> after = std::nullopt;  // members with a greater id

    static constexpr auto members() {
        return std::tuple{member("room", &list_members::room), extension(1, "after", &list_members::after)};
    }
};

struct set_nick {
    static constexpr std::uint16_t type = 0x0107;
    std::string_view nick{};

    static constexpr auto members() {
        return std::tuple{member("nick", &set_nick::nick, limits::name_bytes_max)};
    }
};

}  // namespace protocol::chat
