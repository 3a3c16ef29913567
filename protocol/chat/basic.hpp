// What requests and answers of the chat have in common: ids, kinds of records, places in a log.
#pragma once

#include "protocol/chat/limits.hpp"
#include "protocol/wire/bytes.hpp"
#include "protocol/wire/member.hpp"

#include <cstdint>

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

}  // namespace protocol::chat
