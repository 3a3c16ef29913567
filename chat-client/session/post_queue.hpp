// The posts of one room that the server has not acknowledged, in order: which one goes out next.
//
//   front                    next
//   [ ✓ │ sent │ ✓ │ sent │ waiting │ waiting … ]      ✓ leaves when everything before it has
//
//   queue.push(message);
//   while (const auto* m = queue.next(now)) { …send it…; queue.sent(request); }
//   queue.acknowledge(request)     the answer to that request came: the message it was about
//   queue.postpone(request, …)     "not now": everything after it waits, so that the order stays
//   queue.disconnected();          what was in flight goes out again, first
//
// A server that limits the rate is asked with fewer posts in flight, one at first, then more. Pure.
#pragma once

#include "chat-client/domain/records.hpp"
#include "common/seam/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace chat_client::session {

class post_queue {
  public:
    using mono_time = common::seam::mono_time;

    post_queue();

    void push(domain::outgoing message);
    bool has_room() const;

    // The next message to send; null when none waits, the window is full or it is not yet time.
    const domain::outgoing* next(mono_time now);
    // The message that next() gave went out with this request number.
    void sent(std::uint32_t request);

    bool has(std::uint32_t request) const { return requests_.contains(request); }
    // Nothing when the request is not one of ours.
    std::optional<domain::outgoing> acknowledge(std::uint32_t request);
    // Only when has(request).
    const domain::outgoing& postpone(std::uint32_t request, mono_time until);
    void disconnected();
    // Gives up on everything.
    std::vector<domain::outgoing> clear();

    bool empty() const { return unanswered_ == 0; }
    std::size_t size() const { return unanswered_; }
    std::size_t in_flight() const { return requests_.size(); }
    // When next() may have something again after a postponement.
    std::optional<mono_time> paused_until() const { return paused_until_; }

  private:
    enum class state : std::uint8_t { waiting, in_flight, answered };
    struct entry {
        domain::outgoing message;
        post_queue::state state = state::waiting;
    };

    static std::size_t bytes_of(const domain::outgoing& message);
    entry& at(std::uint64_t place) { return entries_[static_cast<std::size_t>(place - first_)]; }
    void skip_sent();
    void widen();

    std::deque<entry> entries_;
    std::uint64_t first_ = 0;                                    // the place of entries_.front()
    std::uint64_t next_ = 0;                                     // no entry before this place waits
    std::unordered_map<std::uint32_t, std::uint64_t> requests_;  // request to place
    std::size_t unanswered_ = 0;
    std::size_t queued_bytes_ = 0;
    std::size_t in_flight_bytes_ = 0;
    std::size_t window_;       // messages
    std::size_t answers_ = 0;  // since the window last grew
    std::optional<mono_time> paused_until_;
};

}  // namespace chat_client::session
