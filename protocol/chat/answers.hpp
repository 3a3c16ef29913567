// The chat's messages from server to client; messages.hpp has the whole picture.
#pragma once

#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace protocol::chat {

struct server_info {
    static constexpr std::uint16_t type = 0x0140;
    author_id you{};
    std::string_view nick{};           // the nick this key has here
    std::uint32_t text_bytes_max = 0;  // the server's --max-message
    std::uint32_t rooms_max = 0;       // that one connection may join
    bool durable = true;               // false: posts are acknowledged before they are safe from a power loss
    std::string_view motd{};

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
    std::uint32_t room = 0;   // stable for the life of the server's store
    std::string_view name{};  // in the server's spelling
    std::string_view topic{};
    std::uint64_t first_seq = 0;      // the oldest record that is kept; last_seq + 1 when none is
    std::uint64_t last_seq = 0;       // the head when the room was joined
    std::uint64_t last_n = 0;         // messages ever posted
    std::uint64_t next_seq = 0;       // the record or gap that will come first
    std::uint64_t delivered_seq = 0;  // this key's cursors
    std::uint64_t read_seq = 0;
    std::uint64_t read_n = 0;                                  // last_n - read_n messages are unread
    std::optional<std::uint32_t> flags = std::nullopt;         // room_flags
    std::optional<std::uint32_t> member_flags = std::nullopt;  // what this key is in the room
    std::optional<chat::chain_hash> chain = std::nullopt;      // of the record in front of next_seq
    std::optional<std::uint32_t> slow_seconds = std::nullopt;

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
                          member("read_n", &joined::read_n),
                          extension(1, "flags", &joined::flags),
                          extension(2, "member_flags", &joined::member_flags),
                          extension(3, "chain", &joined::chain),
                          extension(4, "slow_seconds", &joined::slow_seconds)};
    }
};

struct left {
    static constexpr std::uint16_t type = 0x0142;
    std::uint32_t room = 0;

    static constexpr auto members() { return std::tuple{member("room", &left::room)}; }
};

// One entry of a room's log: written once, encoded once. Only a deletion changes it: the text goes, and the
// hash of what it was stays.
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
    std::string_view nick{};        // the author's nick at that time
    std::string_view text{};
    std::optional<std::uint64_t> target_n = std::nullopt;
    std::optional<moderation_action> action = std::nullopt;
    std::optional<author_id> subject = std::nullopt;
    std::optional<byte_array<32>> erased_hash = std::nullopt;  // SHA-256 of a text that was deleted

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
                          extension(1, "target_n", &record::target_n),
                          extension(2, "action", &record::action),
                          extension(3, "subject", &record::subject),
                          extension(4, "erased_hash", &record::erased_hash)};
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
    std::optional<chain_hash> chain = std::nullopt;  // of the last record in the gap

    static constexpr auto members() {
        return std::tuple{member("room", &gap::room),     member("from_seq", &gap::from_seq),
                          member("to_seq", &gap::to_seq), member("from_n", &gap::from_n),
                          member("to_n", &gap::to_n),     extension(1, "chain", &gap::chain)};
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
    bytes_view frames{};
    // Later records that change messages on this page, back to back in order of seq: of each message its
    // deletion, or its newest edit and the reactions that still count. What does not fit is left out.
    std::optional<bytes_view> amendments = std::nullopt;

    static constexpr auto members() {
        return std::tuple{member("room", &page::room), member("from_seq", &page::from_seq),
                          member("to_seq", &page::to_seq),
                          member("frames", &page::frames, limits::page_frames_bytes_max),
                          extension(1, "amendments", &page::amendments, limits::amendments_bytes_max)};
    }
};

struct room_entry {
    std::uint32_t room = 0;
    std::string_view name{};
    std::string_view topic{};
    std::uint32_t member_count = 0;  // keys connected now
    std::uint64_t last_seq = 0;
    std::uint64_t last_n = 0;
    std::int64_t last_at_ms = 0;  // when the last record was stored; 0: none
    std::uint32_t flags = 0;      // room_flags; unknown bits are ignored
    std::uint64_t read_n = 0;     // this key's; only told when asked for `mine`

    static constexpr auto members() {
        return std::tuple{member("room", &room_entry::room),
                          member("name", &room_entry::name, limits::name_bytes_max),
                          member("topic", &room_entry::topic, limits::topic_bytes_max),
                          member("member_count", &room_entry::member_count),
                          member("last_seq", &room_entry::last_seq),
                          member("last_n", &room_entry::last_n),
                          member("last_at_ms", &room_entry::last_at_ms),
                          member("flags", &room_entry::flags),
                          member("read_n", &room_entry::read_n)};
    }
};

struct room_list {
    static constexpr std::uint16_t type = 0x0148;
    bool more = false;                // go on with list_rooms{after = the last name}
    std::vector<room_entry> rooms{};  // in ascending order of their names' bytes

    static constexpr auto members() {
        return std::tuple{member("more", &room_list::more),
                          member("rooms", &room_list::rooms, limits::rooms_per_frame_max)};
    }
};

struct member_entry {
    author_id author{};
    std::string_view nick{};
    std::uint32_t connections = 0;
    std::uint64_t delivered_seq = 0;  // cursors: who has got what, and read what
    std::uint64_t read_seq = 0;
    std::uint32_t flags = 0;  // member_flags; unknown bits are ignored
    std::string_view away{};  // why

    static constexpr auto members() {
        return std::tuple{member("author", &member_entry::author),
                          member("nick", &member_entry::nick, limits::name_bytes_max),
                          member("connections", &member_entry::connections),
                          member("delivered_seq", &member_entry::delivered_seq),
                          member("read_seq", &member_entry::read_seq),
                          member("flags", &member_entry::flags),
                          member("away", &member_entry::away, limits::away_bytes_max)};
    }
};

struct member_list {
    static constexpr std::uint16_t type = 0x0149;
    std::uint32_t room = 0;
    std::uint32_t total = 0;
    bool more = false;                    // go on with list_members{after = the last author}
    std::vector<member_entry> entries{};  // in ascending order of author

    static constexpr auto members() {
        return std::tuple{member("room", &member_list::room), member("total", &member_list::total),
                          member("more", &member_list::more),
                          member("entries", &member_list::entries, limits::members_per_frame_max)};
    }
};

struct nick_set {
    static constexpr std::uint16_t type = 0x014a;
    std::string_view nick{};

    static constexpr auto members() {
        return std::tuple{member("nick", &nick_set::nick, limits::name_bytes_max)};
    }
};

}  // namespace protocol::chat
