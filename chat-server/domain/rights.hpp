// Who may do what in a room: one table, asked before a record is stored.
//
//   const deed wish{.kind = record_kind::moderation, .action = moderation_action::ban, .subject = role::op};
//   if (const std::string_view why = why_not({.is = role::owner}, wish); !why.empty()) …     // refused
//
// Pure: what somebody is in a room comes from the store, and whether a text says what its record needs is
// asked of check_text().
#pragma once

#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace chat_server::domain {

// In ascending order of what they may do.
enum class role : std::uint8_t { outsider, member, op, owner, admin };

struct standing {
    role is = role::member;
    bool muted = false;
    bool direct = false;  // the room is a direct one
};

struct deed {
    protocol::chat::record_kind kind = protocol::chat::record_kind::message;
    bool own = false;  // the message it points at is by the same author
    std::optional<protocol::chat::moderation_action> action = std::nullopt;
    std::optional<role> subject = std::nullopt;  // what the one it is about is in the room
    bool self = false;                           // the subject is the author
};

// Empty: nothing stands against it. Otherwise one clause for a person.
std::string_view why_not(const standing& who, const deed& wish);

// Whether the text is one that a record of this kind may have; empty: it is.
std::string_view check_text(protocol::chat::record_kind kind,
                            std::optional<protocol::chat::moderation_action> action, std::string_view text);

// Of mute and slow: nothing when it is not a number of seconds in limits.
std::optional<std::uint32_t> parse_seconds(std::string_view text);

bool has_subject(protocol::chat::moderation_action action);

}  // namespace chat_server::domain
