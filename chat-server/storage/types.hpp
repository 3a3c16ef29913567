// What goes into the chat's store and what comes out of it.
#pragma once

#include "chat-server/domain/record_block.hpp"
#include "protocol/chat/basic.hpp"
#include "protocol/wire/error_code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chat_server::storage {

using person_number = std::uint32_t;  // stable: a key keeps its number for the life of the store
using room_number = std::uint32_t;    // stable as well

struct person {
    person_number number = 0;
    protocol::chat::author_id author{};
    std::string nick;
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
    std::optional<std::uint64_t> target_n;
    std::string text;
};

// error: why nothing was stored. Otherwise the place of the record, the first time and every later time.
struct appended {
    protocol::error_code error = protocol::error_code::none;
    room_number room = 0;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    bool durable = true;
    bool repeated = false;
};

// Where to read: as in protocol::chat::start_at.
struct read_request {
    room_number room = 0;
    protocol::chat::start_at start = protocol::chat::start_at::after_seq;
    std::uint64_t position = 0;
    std::uint32_t count = UINT32_MAX;  // messages
    std::size_t bytes_max = 0;

    friend bool operator==(const read_request&, const read_request&) = default;
};

// The records from_seq to to_seq, of which those before `block` are gone. from_seq > to_seq: nothing.
struct read_answer {
    protocol::error_code error = protocol::error_code::none;
    std::uint64_t from_seq = 1;
    std::uint64_t to_seq = 0;
    std::uint64_t from_n = 1;  // of a gap at the beginning: the first and the last message that are gone
    std::uint64_t gone_n = 0;
    domain::block_ptr block = nullptr;  // nothing when all of it is gone
};

struct opened_room {
    room_info room;
    cursor position;
    std::uint64_t read_n = 0;    // messages up to the cursor's read_seq
    std::uint64_t next_seq = 0;  // where reading begins, as it was asked for
};

struct room_request {
    std::string name;
    bool create = true;
    person_number reader = 0;
    protocol::chat::start_at start = protocol::chat::start_at::cursor;
    std::uint64_t position = 0;
};

struct room_page {
    std::vector<room_info> rooms;
    bool more = false;
};

}  // namespace chat_server::storage
