// What a server says about itself, its rooms and who is in them, as plain values that own their text.
#pragma once

#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chat_client::domain {

struct server_facts {
    protocol::chat::author_id you{};
    std::string nick;
    std::uint32_t text_bytes_max = 0;
    bool durable = true;
    std::string motd;
};

struct room_facts {
    std::string name;
    std::string topic;
    bool watched = true;  // false: for posting only, its records are not told
    std::uint64_t first_seq = 0;
    std::uint64_t last_seq = 0;
    std::uint64_t last_n = 0;
    std::uint64_t next_seq = 0;
    std::uint64_t unread = 0;
    bool again = false;  // after a reconnect
};

struct room_line {
    std::string name;
    std::string topic;
    std::uint32_t members = 0;
    std::uint64_t last_n = 0;
    std::int64_t last_at_ms = 0;  // 0: nothing was ever stored
};

struct member_line {
    protocol::chat::author_id author{};
    std::string nick;
    std::uint32_t connections = 0;
    std::uint64_t delivered_seq = 0;
    std::uint64_t read_seq = 0;
};

}  // namespace chat_client::domain
