// The chat's messages: a room is a log of records, a reader is a position in it.
//
//   client                                                server
//     │                       ◀── server_info ──────────────│   once, right after Welcome
//     │── join_room ────────▶   ◀── joined ─────────────────│   then gap/record frames up to the head,
//     │                       ◀── record… caught_up record… │   caught_up once, then records as they come
//     │── post ─────────────▶   ◀── posted ─────────────────│   after the record is kept
//     │── seen ─────────────▶                               │   moves the durable cursor; not answered
//     │── fetch ────────────▶   ◀── page ───────────────────│   older records, on demand
//
// Requests carry a number in the frame header; their answer, or session::failure, repeats it. Record frames
// have request 0 and are the same bytes for every reader. Two counters number a room's records: `seq` counts
// all of them from 1 without a hole, `n` counts the messages among them, so that #213 is a message and unread
// is a subtraction. Cursors, positions and gaps are in seq; what a person types is in n.
#pragma once

#include "protocol/chat/limits.hpp"
#include "protocol/wire/bytes.hpp"
#include "protocol/wire/member.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace protocol::chat {

using wire::bytes_view;
using wire::extension;
using wire::member;
using wire::operator==;

using message_id = wire::byte_array<16>;  // made by the author's client; unique for this author
// The first 16 bytes of the fingerprint of the author's key; the first 12 of them, as base64url, are the key
// id.
using author_id = wire::byte_array<16>;

// What a record does. Unknown kinds are kept and counted by readers, not shown: a newer server may send them.
enum class record_kind : std::uint8_t {
    message = 1,
    edit = 2,      // target: the message; text: what it says now
    deletion = 3,  // target: the message
    reaction = 4,  // target: the message; text: the reaction, empty takes it back
    topic = 5,     // text: the room's topic
    membership = 6,
};
constexpr bool is_known(record_kind) {
    return true;
}

// Where reading begins.
enum class start_at : std::uint8_t {
    cursor = 0,      // behind what this key acknowledged with `seen`; nothing acknowledged: like last_n 0
    after_seq = 1,   // the first record whose seq is greater; 0: everything that is kept
    from_n = 2,      // the message with this ordinal, or the first kept one after it
    last_n = 3,      // the last so many messages; 0: only what comes from now on
    before_seq = 4,  // fetch only: the messages in front of this record
};
constexpr bool is_known(start_at at) {
    return at <= start_at::before_seq;
}

// ---- client → server

namespace join_flags {
inline constexpr std::uint32_t existing_only = 1;  // no_such_room instead of a new room
}

struct join_room {
    static constexpr std::uint16_t type = 0x0100;
    std::string_view room;
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
    std::string_view text;
    std::optional<std::uint64_t> target_n;  // the message this one replies to, edits, …

    static constexpr auto members() {
        return std::tuple{member("room", &post::room),
                          member("kind", &post::kind),
                          member("id", &post::id),
                          member("sent_at_ms", &post::sent_at_ms),
                          member("text", &post::text, limits::text_bytes_max),
                          extension(1, "target_n", &post::target_n)};
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
    std::string_view after;  // names greater than this one; empty: from the beginning

    static constexpr auto members() {
        return std::tuple{member("after", &list_rooms::after, limits::name_bytes_max)};
    }
};

struct list_members {
    static constexpr std::uint16_t type = 0x0106;
    std::uint32_t room = 0;
    std::optional<author_id> after;  // members with a greater id

    static constexpr auto members() {
        return std::tuple{member("room", &list_members::room), extension(1, "after", &list_members::after)};
    }
};

struct set_nick {
    static constexpr std::uint16_t type = 0x0107;
    std::string_view nick;

    static constexpr auto members() {
        return std::tuple{member("nick", &set_nick::nick, limits::name_bytes_max)};
    }
};

// ---- server → client

struct server_info {
    static constexpr std::uint16_t type = 0x0140;
    author_id you{};
    std::string_view nick;             // the nick this key has here
    std::uint32_t text_bytes_max = 0;  // the server's --max-message
    std::uint32_t rooms_max = 0;       // that one connection may join
    bool durable = true;               // false: posts are acknowledged before they are safe from a power loss
    std::string_view motd;

    static constexpr auto members() {
        return std::tuple{member("you", &server_info::you),
                          member("nick", &server_info::nick, limits::name_bytes_max),
                          member("text_bytes_max", &server_info::text_bytes_max),
                          member("rooms_max", &server_info::rooms_max),
                          member("durable", &server_info::durable),
                          member("motd", &server_info::motd, limits::motd_bytes_max)};
    }
};

struct joined {
    static constexpr std::uint16_t type = 0x0141;
    std::uint32_t room = 0;  // stable for the life of the server's store
    std::string_view name;   // in the server's spelling
    std::string_view topic;
    std::uint64_t first_seq = 0;      // the oldest record that is kept; last_seq + 1 when none is
    std::uint64_t last_seq = 0;       // the head when the room was joined
    std::uint64_t last_n = 0;         // messages ever posted
    std::uint64_t next_seq = 0;       // the record or gap that will come first
    std::uint64_t delivered_seq = 0;  // this key's cursors
    std::uint64_t read_seq = 0;
    std::uint64_t read_n = 0;  // last_n - read_n messages are unread

    static constexpr auto members() {
        return std::tuple{member("room", &joined::room),
                          member("name", &joined::name, limits::name_bytes_max),
                          member("topic", &joined::topic, limits::topic_bytes_max),
                          member("first_seq", &joined::first_seq),
                          member("last_seq", &joined::last_seq),
                          member("last_n", &joined::last_n),
                          member("next_seq", &joined::next_seq),
                          member("delivered_seq", &joined::delivered_seq),
                          member("read_seq", &joined::read_seq),
                          member("read_n", &joined::read_n)};
    }
};

struct left {
    static constexpr std::uint16_t type = 0x0142;
    std::uint32_t room = 0;

    static constexpr auto members() { return std::tuple{member("room", &left::room)}; }
};

// One entry of a room's log: written once, encoded once, never changed.
struct record {
    static constexpr std::uint16_t type = 0x0143;
    std::uint32_t room = 0;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;  // messages up to and including this record
    record_kind kind = record_kind::message;
    message_id id{};
    author_id author{};
    std::int64_t sent_at_ms = 0;    // the author's clock
    std::int64_t stored_at_ms = 0;  // the server's clock
    std::string_view nick;          // the author's nick at that time
    std::string_view text;
    std::optional<std::uint64_t> target_n;

    static constexpr auto members() {
        return std::tuple{member("room", &record::room),
                          member("seq", &record::seq),
                          member("n", &record::n),
                          member("kind", &record::kind),
                          member("id", &record::id),
                          member("author", &record::author),
                          member("sent_at_ms", &record::sent_at_ms),
                          member("stored_at_ms", &record::stored_at_ms),
                          member("nick", &record::nick, limits::name_bytes_max),
                          member("text", &record::text, limits::text_bytes_max),
                          extension(1, "target_n", &record::target_n)};
    }
};

// These records are not kept any more; the stream goes on behind them.
struct gap {
    static constexpr std::uint16_t type = 0x0144;
    std::uint32_t room = 0;
    std::uint64_t from_seq = 0;  // inclusive
    std::uint64_t to_seq = 0;    // inclusive
    std::uint64_t from_n = 0;    // inclusive; from_n > to_n: no message is among them
    std::uint64_t to_n = 0;

    static constexpr auto members() {
        return std::tuple{member("room", &gap::room), member("from_seq", &gap::from_seq),
                          member("to_seq", &gap::to_seq), member("from_n", &gap::from_n),
                          member("to_n", &gap::to_n)};
    }
};

// Sent once for each join, when the position first reached the head.
struct caught_up {
    static constexpr std::uint16_t type = 0x0145;
    std::uint32_t room = 0;
    std::uint64_t seq = 0;

    static constexpr auto members() {
        return std::tuple{member("room", &caught_up::room), member("seq", &caught_up::seq)};
    }
};

// The answer to a post: it is kept, and this is its place.
struct posted {
    static constexpr std::uint16_t type = 0x0146;
    std::uint32_t room = 0;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    message_id id{};
    bool durable = true;    // false: kept, but a power loss in the next moments may take it
    bool repeated = false;  // this id was stored before; nothing was added

    static constexpr auto members() {
        return std::tuple{member("room", &posted::room),
                          member("seq", &posted::seq),
                          member("n", &posted::n),
                          member("id", &posted::id),
                          member("durable", &posted::durable),
                          member("repeated", &posted::repeated)};
    }
};

// The answer to a fetch: whole record frames, back to back, in order of seq.
struct page {
    static constexpr std::uint16_t type = 0x0147;
    std::uint32_t room = 0;
    // The part of the log this page covers, both inclusive; records that are missing in it are not kept any
    // more. from_seq > to_seq: there is nothing.
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;
    bytes_view frames;

    static constexpr auto members() {
        return std::tuple{member("room", &page::room), member("from_seq", &page::from_seq),
                          member("to_seq", &page::to_seq),
                          member("frames", &page::frames, limits::page_frames_bytes_max)};
    }
};

struct room_entry {
    std::uint32_t room = 0;
    std::string_view name;
    std::string_view topic;
    std::uint32_t member_count = 0;  // keys connected now
    std::uint64_t last_seq = 0;
    std::uint64_t last_n = 0;
    std::int64_t last_at_ms = 0;  // when the last record was stored; 0: none
    std::uint32_t flags = 0;      // none defined; unknown bits are ignored

    static constexpr auto members() {
        return std::tuple{member("room", &room_entry::room),
                          member("name", &room_entry::name, limits::name_bytes_max),
                          member("topic", &room_entry::topic, limits::topic_bytes_max),
                          member("member_count", &room_entry::member_count),
                          member("last_seq", &room_entry::last_seq),
                          member("last_n", &room_entry::last_n),
                          member("last_at_ms", &room_entry::last_at_ms),
                          member("flags", &room_entry::flags)};
    }
};

struct room_list {
    static constexpr std::uint16_t type = 0x0148;
    bool more = false;              // go on with list_rooms{after = the last name}
    std::vector<room_entry> rooms;  // in ascending order of their names' bytes

    static constexpr auto members() {
        return std::tuple{member("more", &room_list::more),
                          member("rooms", &room_list::rooms, limits::rooms_per_frame_max)};
    }
};

struct member_entry {
    author_id author{};
    std::string_view nick;
    std::uint32_t connections = 0;
    std::uint64_t delivered_seq = 0;  // cursors: who has got what, and read what
    std::uint64_t read_seq = 0;
    std::uint32_t flags = 0;  // none defined; unknown bits are ignored

    static constexpr auto members() {
        return std::tuple{member("author", &member_entry::author),
                          member("nick", &member_entry::nick, limits::name_bytes_max),
                          member("connections", &member_entry::connections),
                          member("delivered_seq", &member_entry::delivered_seq),
                          member("read_seq", &member_entry::read_seq),
                          member("flags", &member_entry::flags)};
    }
};

struct member_list {
    static constexpr std::uint16_t type = 0x0149;
    std::uint32_t room = 0;
    std::uint32_t total = 0;
    bool more = false;                  // go on with list_members{after = the last author}
    std::vector<member_entry> entries;  // in ascending order of author

    static constexpr auto members() {
        return std::tuple{member("room", &member_list::room), member("total", &member_list::total),
                          member("more", &member_list::more),
                          member("entries", &member_list::entries, limits::members_per_frame_max)};
    }
};

struct nick_set {
    static constexpr std::uint16_t type = 0x014a;
    std::string_view nick;

    static constexpr auto members() {
        return std::tuple{member("nick", &nick_set::nick, limits::name_bytes_max)};
    }
};

}  // namespace protocol::chat
