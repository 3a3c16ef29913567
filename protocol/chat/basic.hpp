// What requests and answers of the chat have in common: ids, kinds of records, places in a log.
#pragma once

#include "protocol/chat/limits.hpp"
#include "protocol/wire/bytes.hpp"
#include "protocol/wire/member.hpp"

#include <cstdint>

namespace protocol::chat {

using wire::byte_array;
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
    edit = 2,        // target: the message; text: what it says now
    deletion = 3,    // target: the message
    reaction = 4,    // target: the message; text: the reaction, empty takes it back
    topic = 5,       // text: the room's topic
    moderation = 6,  // action, subject; text: what the action needs, or a reason
};
constexpr bool is_known(record_kind) {
    return true;
}

// What a moderation record does to its subject, or to the room. Each is its own audit record.
enum class moderation_action : std::uint8_t {
    kick = 1,
    ban = 2,  // by key: the subject's nick does not matter
    unban = 3,
    mute = 4,  // text: seconds, empty: until unmute
    unmute = 5,
    op = 6,
    deop = 7,
    invite = 8,
    uninvite = 9,
    slow = 10,          // no subject; text: seconds between two messages of one person, 0: none
    make_private = 11,  // no subject: only who is invited may enter
    make_public = 12,
    retention = 13,  // no subject; text: none, an age or a count, as in --retention
};
constexpr bool is_known(moderation_action) {
    return true;
}

// A direct room has two people and the name "@nick" of the other one, for each of them.
namespace room_flags {
inline constexpr std::uint32_t invite_only = 1;
inline constexpr std::uint32_t direct = 2;
}  // namespace room_flags

namespace member_flags {
inline constexpr std::uint32_t away = 1;
inline constexpr std::uint32_t op = 2;
inline constexpr std::uint32_t owner = 4;
inline constexpr std::uint32_t muted = 8;
inline constexpr std::uint32_t admin = 16;  // of the whole server
inline constexpr std::uint32_t banned = 32;
inline constexpr std::uint32_t invited = 64;
}  // namespace member_flags

using chain_hash = wire::byte_array<32>;  // the running hash of a room's transcript; SPEC.md, "Transcript"

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
