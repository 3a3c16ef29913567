// Who is where, over all workers: one list on one loop, told and asked by messages.
//
//   directory who{home};
//   who.enter(room, member);   who.leave(room, author);   who.rename(author, nick);
//   who.list(loop, room, after, [](const domain::presence::listing& l) { … });    answered on `loop`
//
// Callable from any loop. It outlives all loops that use it, or they have stopped.
#pragma once

#include "chat-server/domain/presence.hpp"
#include "common/seam/event_loop.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace chat_server::session {

class directory {
  public:
    explicit directory(common::seam::event_loop& home) : home_(home) {}

    void enter(std::uint32_t room, domain::member who);
    void leave(std::uint32_t room, const protocol::chat::author_id& author);
    void rename(const protocol::chat::author_id& author, std::string nick);

    void list(common::seam::event_loop& asker, std::uint32_t room,
              std::optional<protocol::chat::author_id> after,
              std::function<void(const domain::presence::listing&)> then);
    // The number of members of each of these rooms, in their order.
    void count(common::seam::event_loop& asker, std::vector<std::uint32_t> rooms,
               std::function<void(const std::vector<std::uint32_t>&)> then);

  private:
    common::seam::event_loop& home_;
    domain::presence here_;  // touched by home_ only
};

}  // namespace chat_server::session
