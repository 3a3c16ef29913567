// What the controller knows of one open room.
#pragma once

#include "chat-client/domain/listings.hpp"
#include "chat-client/storage/cached_log.hpp"
#include "chat-client/view/model.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace chat_client::controller {

struct pending_post {
    domain::outgoing message;
    view::delivery state = view::delivery::pending;
    std::string trouble{};
};

struct room_state {
    storage::saved_room saved;
    bool joined = false;     // on the present connection
    bool caught_up = false;  // what comes now is new
    bool entered = false;    // the session was told
    bool filling = false;    // a hole is being filled
    std::uint32_t total = 0;
    std::uint32_t member_flags = 0;
    std::uint32_t slow_seconds = 0;
    std::uint64_t mentions = 0;
    std::uint64_t complete_n = 0;
    std::uint64_t own_seq = 0;  // the last own message
    std::uint64_t missed = 0;   // new messages that nobody has looked at
    std::map<domain::author_id, domain::member_line> members{};
    std::map<domain::author_id, domain::member_line> arriving{};  // the pages of a list
    std::vector<pending_post> pending{};
    storage::log_part batch{};  // came, not given to the copy yet
    std::string log_file{};

    bool direct() const {
        return (saved.flags & protocol::chat::room_flags::direct) != 0 || saved.name.starts_with('@');
    }
};

}  // namespace chat_client::controller
