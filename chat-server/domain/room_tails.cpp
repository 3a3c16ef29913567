#include "chat-server/domain/room_tails.hpp"

#include "chat-server/domain/limits.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace chat_server::domain {
namespace {

std::size_t cost_of(const record_block& block) {
    return block.bytes.size() + block.ends.size() * sizeof(block.ends[0]) + limits::block_overhead_bytes;
}

}  // namespace

void room_tails::append(const block_ptr& block) {
    std::deque<block_ptr>& room = rooms_[block->room];
    assert(room.empty() || room.back()->last_seq() + 1 == block->first_seq);
    room.push_back(block);
    age_.push_back(block->room);
    bytes_ += cost_of(*block);
    while (bytes_ > bytes_max_) drop_oldest();
}

void room_tails::drop_oldest() {
    const auto room = rooms_.find(age_.front());
    age_.pop_front();
    bytes_ -= cost_of(*room->second.front());
    room->second.pop_front();
    if (room->second.empty()) rooms_.erase(room);
}

const block_ptr* room_tails::find(std::uint32_t room, std::uint64_t seq) const {
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return nullptr;
    const std::deque<block_ptr>& blocks = found->second;
    // Nearly every reader wants the newest block.
    if (blocks.back()->holds(seq)) return &blocks.back();
    const auto behind =
        std::ranges::upper_bound(blocks, seq, {}, [](const block_ptr& b) { return b->first_seq; });
    if (behind == blocks.begin()) return nullptr;
    const block_ptr& candidate = *std::prev(behind);
    return candidate->holds(seq) ? &candidate : nullptr;
}

}  // namespace chat_server::domain
