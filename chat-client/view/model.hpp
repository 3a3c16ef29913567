// What the full-screen view is told: rooms, people, pages of a room's log, the connection, as plain values.
//
// A room's log is numbered by `seq`. The view holds a window of it and asks for more (actions.hpp, `fetch`).
// A page says how a range of the log looks now, so the same value answers a request, brings news, changes a
// message that was edited and fills a hole. Everything a peer wrote is given as it is: the view cleans what
// it draws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chat_client::view {

// --- the log

enum class item_kind : std::uint8_t {
    message,
    emote,       // "/me …"
    topic,       // nick, text: the new topic
    membership,  // text: the whole line, as in "ada joined"
    hole,        // records that exist and are not here yet: seq to last_seq, n to last_n
    expired,     // records that the server does not keep any more: seq to last_seq, n to last_n
};

enum class delivery : std::uint8_t {
    durable,   // on the server's disk, or somebody else's
    accepted,  // numbered, not known to be on disk
    pending,   // on its way
    slowed,    // waits because the server asked to
    refused,   // the server will never take it; `trouble` says why
};

struct reaction {
    std::string text;
    std::uint32_t count = 1;
    bool mine = false;

    bool operator==(const reaction&) const = default;
};

// The message that is replied to. Without nick: it is not here (yet).
struct quote {
    std::uint64_t n = 0;
    std::string nick{};
    std::uint32_t colour_key = 0;
    std::string text{};
    bool deleted = false;

    bool operator==(const quote&) const = default;
};

struct item {
    item_kind kind = item_kind::message;
    std::uint64_t seq = 0;
    std::uint64_t last_seq = 0;  // of a hole or what expired, inclusive
    std::uint64_t n = 0;         // ordinal among the messages; 0: not known, or not a message
    std::uint64_t last_n = 0;  // of a hole or what expired, inclusive; less than n: no message is among them
    std::int64_t at_ms = 0;    // since 1970, UTC
    std::string nick{};
    std::uint32_t colour_key = 0;  // from the author's key: the same person, the same colour
    std::string text{};            // after edits; empty when deleted
    std::optional<quote> reply_to{};
    std::vector<reaction> reactions{};
    delivery sent = delivery::durable;
    std::string trouble{};
    std::uint32_t read_by = 0;  // of `readers` others; readers 0: not known
    std::uint32_t readers = 0;
    bool own = false;
    bool mention = false;  // of the person at this terminal
    bool edited = false;
    bool deleted = false;

    bool operator==(const item&) const = default;
};

// How the log looks from from_seq to to_seq, both inclusive. Records that show nothing by themselves (edits,
// reactions) lie in the range without an item; what is missing is an item, too (hole, expired).
struct page {
    std::string room;
    std::uint64_t request = 0;  // of the fetch that it answers; 0: news
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;   // less than from_seq: an empty range
    std::vector<item> items{};  // by seq
    bool oldest = false;        // nothing older was ever in the log
    bool newest = false;        // nothing newer is in the log
};

// --- rooms and people

enum class presence : std::uint8_t { online, away, offline };
enum class role : std::uint8_t { member, op, owner };

struct member {
    std::string nick;
    std::uint32_t colour_key = 0;
    presence state = presence::online;
    role rank = role::member;
    bool muted = false;

    bool operator==(const member&) const = default;
};

enum class room_kind : std::uint8_t {
    open,
    closed /* by invitation */,
    direct,
    console /* the server's own */
};

struct room {
    std::string key;   // what the actions call it; never changes
    std::string name;  // as it is shown
    room_kind kind = room_kind::open;
    std::string topic{};
    std::uint64_t unread = 0;
    std::uint64_t mentions = 0;  // among the unread; of a direct room all of them
    std::uint64_t read_seq = 0;  // the "new messages" line stands behind it when the room is opened
    std::uint64_t last_n = 0;
    std::uint64_t complete_n = 0;  // nothing is missing here up to this message
    std::uint32_t member_count = 0;
    bool joined = true;
    bool muted = false;  // counts without calling for attention
    std::uint32_t slow_mode_s = 0;

    bool operator==(const room&) const = default;
};

enum class link_phase : std::uint8_t { offline, connecting, online, waiting /* to try again */, refused };

struct link_state {
    link_phase phase = link_phase::offline;
    std::string server{};
    std::string nick{};
    std::string reason{};                         // why it is not online
    std::optional<std::uint32_t> latency_ms{};    // the last ping's
    std::optional<std::uint32_t> retry_in_s{};    // when waiting
    std::uint32_t pending = 0;                    // messages without a receipt, all rooms
    std::optional<std::uint32_t> slowed_for_s{};  // "you are being slowed"
    bool away = false;
    std::size_t text_bytes_max = 64 * 1024;  // of a message

    bool operator==(const link_state&) const = default;
};

// --- help, completion, lists

enum class argument : std::uint8_t { text, room, nick, message, emoji, choice };

struct command_help {
    std::string name;                    // without the slash
    std::string usage;                   // its arguments as text, "N :emoji:"
    std::string summary;                 // one line
    std::vector<argument> arguments{};   // what completion offers at each place; the last one repeats
    std::vector<std::string> choices{};  // of argument::choice
};

// A line of a list to choose from: a search result, a room of the server, a server of the network.
struct list_row {
    std::string left{};            // narrow column: nick, room
    std::string text{};            // the rest
    std::string right{};           // short, at the right edge: "#213", "12 people"
    std::uint32_t colour_key = 0;  // of `left`; 0: none
    std::string mark{};            // occurrences in `text` are emphasised, whatever their case
};

struct list {
    std::uint64_t id = 0;  // comes back with `picked`
    std::string title;
    std::vector<list_row> rows{};
    bool complete = true;  // false: more rows follow in an update with the same id
};

}  // namespace chat_client::view
