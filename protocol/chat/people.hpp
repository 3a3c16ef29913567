// Who is here, and what they are doing: latest values, sent beside the log and never stored in it.
//
// A room's presence comes to connections that joined it with join_flags::presence, at most once a second:
// what changed since the last one. A reader that is behind gets the sum, not a backlog.
#pragma once

#include "protocol/chat/answers.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace protocol::chat {

// Client → server; not answered. Expires by itself after limits in the server; repeat while it lasts.
struct typing {
    static constexpr std::uint16_t type = 0x0108;
    std::uint32_t room = 0;
    bool on = true;

    static constexpr auto members() {
        return std::tuple{member("room", &typing::room), member("on", &typing::on)};
    }
};

// Client → server, answered by away_set. An empty reason: back again. Holds for all devices of the key.
struct set_away {
    static constexpr std::uint16_t type = 0x0109;
    bool away = false;
    std::string_view reason{};

    static constexpr auto members() {
        return std::tuple{member("away", &set_away::away),
                          member("reason", &set_away::reason, limits::away_bytes_max)};
    }
};

// Client → server, answered by person. By nick, or by key when `author` is set.
struct whois {
    static constexpr std::uint16_t type = 0x010a;
    std::string_view nick{};
    std::optional<author_id> author = std::nullopt;

    static constexpr auto members() {
        return std::tuple{member("nick", &whois::nick, limits::name_bytes_max),
                          extension(1, "author", &whois::author)};
    }
};

// Server → client, request 0.
struct presence {
    static constexpr std::uint16_t type = 0x014b;
    std::uint32_t room = 0;
    std::uint32_t total = 0;              // keys connected now
    bool reset = false;                   // more has changed than is told: read the member list again
    std::vector<member_entry> changed{};  // connections == 0: gone
    std::vector<author_id> typing{};      // all who are typing now, the first of them

    static constexpr auto members() {
        return std::tuple{member("room", &presence::room), member("total", &presence::total),
                          member("reset", &presence::reset),
                          member("changed", &presence::changed, limits::presence_entries_max),
                          member("typing", &presence::typing, limits::typing_max)};
    }
};

struct away_set {
    static constexpr std::uint16_t type = 0x014c;
    bool away = false;

    static constexpr auto members() { return std::tuple{member("away", &away_set::away)}; }
};

struct person {
    static constexpr std::uint16_t type = 0x014d;
    author_id author{};
    std::string_view nick{};
    std::uint32_t connections = 0;
    std::uint32_t flags = 0;  // member_flags::away and ::admin
    std::int64_t first_seen_ms = 0;
    std::int64_t last_seen_ms = 0;
    std::string_view away{};
    std::vector<std::string_view> rooms{};  // both are in, as the one who asks may know

    static constexpr auto members() {
        return std::tuple{member("author", &person::author),
                          member("nick", &person::nick, limits::name_bytes_max),
                          member("connections", &person::connections),
                          member("flags", &person::flags),
                          member("first_seen_ms", &person::first_seen_ms),
                          member("last_seen_ms", &person::last_seen_ms),
                          member("away", &person::away, limits::away_bytes_max),
                          member("rooms", &person::rooms, limits::shared_rooms_max, limits::name_bytes_max)};
    }
};

// Server → client, request 0, to every device of a key: its own cursors moved, on whichever device.
struct cursor_moved {
    static constexpr std::uint16_t type = 0x014e;
    std::uint32_t room = 0;
    std::uint64_t delivered_seq = 0;
    std::uint64_t read_seq = 0;
    std::uint64_t read_n = 0;

    static constexpr auto members() {
        return std::tuple{
            member("room", &cursor_moved::room), member("delivered_seq", &cursor_moved::delivered_seq),
            member("read_seq", &cursor_moved::read_seq), member("read_n", &cursor_moved::read_n)};
    }
};

// Server → client, request 0: a room to look at, because of an invitation or a direct message.
struct room_notice {
    static constexpr std::uint16_t type = 0x014f;
    room_entry room{};
    author_id by{};
    std::string_view nick{};

    static constexpr auto members() {
        return std::tuple{member("room", &room_notice::room), member("by", &room_notice::by),
                          member("nick", &room_notice::nick, limits::name_bytes_max)};
    }
};

// Server → client, request 0: no longer in this room, not by the own wish. The kick's record says why.
struct removed {
    static constexpr std::uint16_t type = 0x0150;
    std::uint32_t room = 0;
    moderation_action action = moderation_action::kick;
    std::string_view reason{};

    static constexpr auto members() {
        return std::tuple{member("room", &removed::room), member("action", &removed::action),
                          member("reason", &removed::reason, limits::reason_bytes_max)};
    }
};

// Server → client, request 0: posts come too fast and are taken more slowly; none is lost.
struct slowed {
    static constexpr std::uint16_t type = 0x0151;
    std::uint32_t wait_ms = 0;  // until the next one is taken; 0: no longer

    static constexpr auto members() { return std::tuple{member("wait_ms", &slowed::wait_ms)}; }
};

}  // namespace protocol::chat
