// What a client reads and writes, as plain values that own their text.
#pragma once

#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chat_client::domain {

using protocol::chat::author_id;
using protocol::chat::message_id;
using protocol::chat::moderation_action;
using protocol::chat::record_kind;

// One entry of a room's log.
struct record {
    std::string room;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    record_kind kind = record_kind::message;
    message_id id{};
    author_id author{};
    std::int64_t sent_at_ms = 0;
    std::int64_t stored_at_ms = 0;
    std::string nick{};
    std::string text{};
    std::optional<std::uint64_t> target_n = std::nullopt;
    std::optional<moderation_action> action = std::nullopt;
    std::optional<author_id> subject = std::nullopt;
    std::optional<protocol::chat::byte_array<32>> erased_hash = std::nullopt;  // of a text that was deleted

    bool operator==(const record&) const = default;
};

// Records that the server does not keep any more; both ends inclusive. from_n > to_n: no message is among
// them.
struct gap {
    std::string room;
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;
    std::uint64_t from_n = 0;
    std::uint64_t to_n = 0;
};

// A post on its way to the server: kept until the receipt comes.
struct outgoing {
    std::string room;
    message_id id{};
    std::int64_t sent_at_ms = 0;
    std::string text{};
    std::optional<std::uint64_t> target_n = std::nullopt;
    record_kind kind = record_kind::message;
    std::optional<moderation_action> action = std::nullopt;
    std::optional<author_id> subject = std::nullopt;
};

struct receipt {
    std::string room;
    message_id id{};
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    bool durable = true;
    bool repeated = false;
};

// The last record of a room that the consumer has taken.
struct position {
    std::string room;
    std::uint64_t seq = 0;
};

}  // namespace chat_client::domain
