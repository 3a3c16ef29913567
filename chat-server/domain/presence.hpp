// Who is in which room now: keys, each with the number of its connections.
//
//   presence.enter(room, {author, person, nick});      presence.leave(room, author);
//   auto some = presence.list(room, after, 256);        in ascending order of author
#pragma once

#include "protocol/chat/basic.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace chat_server::domain {

struct member {
    protocol::chat::author_id author{};
    std::uint32_t person = 0;
    std::string nick;
    std::uint32_t connections = 0;
};

class presence {
  public:
    struct listing {
        std::vector<member> members;
        std::size_t total = 0;
        bool more = false;
    };

    void enter(std::uint32_t room, const member& who);
    void leave(std::uint32_t room, const protocol::chat::author_id& author);
    void rename(const protocol::chat::author_id& author, const std::string& nick);

    listing list(std::uint32_t room, const std::optional<protocol::chat::author_id>& after,
                 std::size_t count_max) const;
    std::size_t count(std::uint32_t room) const;

  private:
    std::unordered_map<std::uint32_t, std::map<protocol::chat::author_id, member>> rooms_;
};

}  // namespace chat_server::domain
