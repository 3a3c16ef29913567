// What goes into the chat's store and what comes out of it.
#pragma once

#include "chat-server/domain/record_block.hpp"
#include "chat-server/domain/retention.hpp"
#include "protocol/chat/basic.hpp"
#include "protocol/wire/error_code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_server::storage {

using person_number = std::uint32_t;  // stable: a key keeps its number for the life of the store
using room_number = std::uint32_t;    // stable as well

struct person {
    person_number number = 0;
    protocol::chat::author_id author{};
    std::string nick;
    std::optional<std::string> away = std::nullopt;  // why
};

struct person_facts {
    person who;  // number 0: nobody
    bool admin = false;
    std::int64_t first_seen_ms = 0;
    std::int64_t last_seen_ms = 0;
};

struct room_info {
    room_number number = 0;
    std::string name;
    std::string topic;
    std::uint64_t first_seq = 1;  // the oldest record that is kept; last_seq + 1 when none is
    std::uint64_t gone_n = 0;     // messages in front of it, which are not kept any more
    std::uint64_t last_seq = 0;
    std::uint64_t last_n = 0;
    std::int64_t last_at_ms = 0;
    std::uint32_t flags = 0;  // protocol::chat::room_flags
    person_number owner = 0;  // 0: nobody
    person_number low = 0;    // the two of a direct room, in ascending order
    person_number high = 0;
    std::uint32_t slow_seconds = 0;
    std::uint64_t indexed_seq = 0;            // records up to here are in the search index
    domain::retention keep{};                 // its own; the server's counts as well
    protocol::chat::chain_hash gone_chain{};  // of the newest record that is not kept any more

    bool is_direct() const { return (flags & protocol::chat::room_flags::direct) != 0; }
    bool is_private() const { return (flags & protocol::chat::room_flags::invite_only) != 0; }
};

struct cursor {
    std::uint64_t delivered_seq = 0;
    std::uint64_t read_seq = 0;
};

struct new_record {
    person_number author = 0;
    room_number room = 0;
    protocol::chat::record_kind kind = protocol::chat::record_kind::message;
    protocol::chat::message_id id{};
    std::int64_t sent_at_ms = 0;
    std::optional<std::uint64_t> target_n = std::nullopt;
    std::string text{};
    std::optional<protocol::chat::moderation_action> action = std::nullopt;
    std::optional<protocol::chat::author_id> subject = std::nullopt;
};

// error: why nothing was stored. Otherwise the place of the record, the first time and every later time.
struct appended {
    protocol::error_code error = protocol::error_code::none;
    room_number room = 0;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    bool durable = true;
    bool repeated = false;
    std::string_view reason{};  // of an error: one clause for a person, never freed
    std::uint32_t retry_after_ms = 0;
};

// What a committed transaction did beside adding records, for those whom it concerns.
struct notice {
    enum class event : std::uint8_t {
        erased,      // texts of `room` are gone: blocks that hold `seqs` must not be handed out any more
        moderated,   // `action` was done to `subject`, or to the room
        written_to,  // somebody wrote to `subject` in a direct room
    };
    event what = event::erased;
    room_info room{};         // as the transaction left it
    std::string room_name{};  // what the subject calls it
    std::vector<std::uint64_t> seqs{};
    protocol::chat::moderation_action action = protocol::chat::moderation_action::kick;
    std::optional<protocol::chat::author_id> subject = std::nullopt;
    std::uint32_t subject_flags = 0;  // protocol::chat::member_flags, afterwards
    protocol::chat::author_id by{};
    std::string nick{};  // of `by`
    std::string text{};
};

// Where to read: as in protocol::chat::start_at.
struct read_request {
    room_number room = 0;
    protocol::chat::start_at start = protocol::chat::start_at::after_seq;
    std::uint64_t position = 0;
    std::uint32_t count = UINT32_MAX;  // messages
    std::size_t bytes_max = 0;
    bool fold = false;  // with the amendments of what is on the page

    friend bool operator==(const read_request&, const read_request&) = default;
};

// The records from_seq to to_seq, of which those before `block` are gone. from_seq > to_seq: nothing.
struct read_answer {
    protocol::error_code error = protocol::error_code::none;
    std::uint64_t from_seq = 1;
    std::uint64_t to_seq = 0;
    std::uint64_t from_n = 1;  // of a gap at the beginning: the first and the last message that are gone
    std::uint64_t gone_n = 0;
    domain::block_ptr block = nullptr;        // nothing when all of it is gone
    protocol::chat::chain_hash gone_chain{};  // of the last record of the gap
    std::vector<std::byte> amendments{};      // whole record frames
};

struct opened_room {
    room_info room;
    cursor position;
    std::uint64_t read_n = 0;    // messages up to the cursor's read_seq
    std::uint64_t next_seq = 0;  // where reading begins, as it was asked for
    std::string shown_name{};    // what the reader calls the room
    std::uint32_t member_flags = 0;
    std::optional<protocol::chat::chain_hash> chain = std::nullopt;  // of the record in front of next_seq
};

struct room_request {
    std::string name;
    bool direct = false;  // `name` is a nick: the room of these two
    bool create = true;
    person_number reader = 0;
    protocol::chat::start_at start = protocol::chat::start_at::cursor;
    std::uint64_t position = 0;
};

struct listed_room {
    room_info room;
    std::string shown_name;
    std::uint64_t read_n = 0;
};

struct room_page {
    std::vector<listed_room> rooms;  // in ascending order of shown_name
    bool more = false;
};

// What somebody is in a room, as it is kept; nothing is kept of who is nothing special.
struct membership {
    std::uint32_t flags = 0;          // protocol::chat::member_flags: op, muted, banned, invited
    std::int64_t muted_until_ms = 0;  // 0: until unmute

    friend bool operator==(const membership&, const membership&) = default;
};

// Of one person in one room.
struct member_state {
    cursor position;
    std::uint64_t read_n = 0;
    std::uint32_t flags = 0;  // protocol::chat::member_flags
};

struct search_request {
    person_number who = 0;
    std::string match{};  // domain::search_query
    std::size_t count = 0;
    std::optional<room_request> room = std::nullopt;
    std::string author{};  // a nick; empty: anybody
    std::int64_t since_ms = INT64_MIN;
    std::int64_t until_ms = INT64_MAX;
    std::uint64_t before = 0;  // 0: from the newest
};

struct found_message {
    room_number room = 0;
    std::string room_name{};
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    protocol::chat::author_id author{};
    std::int64_t stored_at_ms = 0;
    std::string nick{};
    std::string text{};  // as it reads now
};

struct found_page {
    protocol::error_code error = protocol::error_code::none;
    std::uint64_t next = 0;  // 0: nothing more
    std::vector<found_message> messages{};
};

struct transcript_place {
    protocol::error_code error = protocol::error_code::none;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    protocol::chat::chain_hash chain{};
};

}  // namespace chat_server::storage
