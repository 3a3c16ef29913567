// The newest changes of a room's presence on one worker: what its watchers are told, each from where it is.
//
//   tail.add(news);                            // version() goes up by one
//   domain::room_news sum = tail.since(told);  // of what came after that version; reset when it is too old
#pragma once

#include "chat-server/domain/presence.hpp"

#include <cstdint>
#include <deque>

namespace chat_server::session {

class presence_tail {
  public:
    void add(const domain::room_news& news);
    std::uint64_t version() const { return version_; }
    domain::room_news since(std::uint64_t version) const;

  private:
    std::deque<domain::room_news> newest_;
    std::uint64_t version_ = 0;
};

}  // namespace chat_server::session
