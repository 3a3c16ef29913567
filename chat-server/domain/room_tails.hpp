// The newest records of all rooms, in memory: what nearly every reader needs next.
//
//   room 7   ··· │block│block│block│          append() at the end, the oldest block of all rooms goes first
//   room 9   ··············· │block│          when they take more than bytes_max together
//            ◀─ in the store only ─┘└─ last_seq
//
//   tail.append(block);                              // in ascending seq for each room
//   const block_ptr* next = tail.find(room, seq);    // the block that holds this record, or nothing: page it
#pragma once

#include "chat-server/domain/record_block.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace chat_server::domain {

class room_tails {
  public:
    explicit room_tails(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    void append(const block_ptr& block);
    // What holds this record must not be handed out any more: it is read from the store.
    void forget(std::uint32_t room, std::uint64_t seq);
    // Points into the tail until the next append(). A block may grow at its end; what it holds stays where
    // it is for as long as somebody keeps the block.
    const block_ptr* find(std::uint32_t room, std::uint64_t seq) const;

    std::size_t bytes() const { return bytes_; }

  private:
    struct tail {
        std::deque<block_ptr> blocks;
        std::shared_ptr<record_block> growing;  // the newest of them, when it is ours to add to
    };

    bool join_newest(tail& room, const record_block& added);
    void drop_oldest();

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::unordered_map<std::uint32_t, tail> rooms_;
    std::deque<std::uint32_t> age_;  // the room of each block, oldest first
};

}  // namespace chat_server::domain
