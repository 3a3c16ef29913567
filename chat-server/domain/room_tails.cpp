#include "chat-server/domain/room_tails.hpp"

#include "chat-server/domain/limits.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace chat_server::domain {
namespace {

std::size_t cost_of(const record_block& block) {
    return block.bytes.capacity() + block.ends.capacity() * sizeof(block.ends[0]) +
           limits::block_overhead_bytes;
}

void add(record_block& to, const record_block& block) {
    const auto begin = static_cast<std::uint32_t>(to.bytes.size());
    to.bytes.insert(to.bytes.end(), block.bytes.begin(), block.bytes.end());
    for (const std::uint32_t end : block.ends) to.ends.push_back(begin + end);
    to.last_n = block.last_n;
    to.last_at_ms = block.last_at_ms;
}

}  // namespace

void room_tails::append(const block_ptr& block) {
    tail& room = rooms_[block->room];
    assert(room.blocks.empty() || room.blocks.back()->first_seq < block->first_seq);
    if (!join_newest(room, *block)) {
        room.blocks.push_back(block);
        room.growing = nullptr;
        age_.push_back(block->room);
        bytes_ += cost_of(*block);
    }
    while (bytes_ > bytes_max_) drop_oldest();
}

// A busy room's blocks are small, one for each commit; a reader that comes round gets many of them in one
// piece. The newest block is replaced by a copy with room to grow, twice as large each time; what has been
// lent of either stays where it is.
bool room_tails::join_newest(tail& room, const record_block& added) {
    if (room.blocks.empty()) return false;
    const record_block& newest = *room.blocks.back();
    const std::size_t bytes = newest.bytes.size() + added.bytes.size();
    if (newest.ends.empty() || bytes > limits::joined_bytes_max) return false;
    bytes_ -= cost_of(newest);
    if (room.growing == nullptr || bytes > room.growing->bytes.capacity()) {
        auto larger = std::make_shared<record_block>();
        larger->room = newest.room;
        larger->first_seq = newest.first_seq;
        larger->bytes.reserve(std::min(2 * bytes, limits::joined_bytes_max));
        add(*larger, newest);
        room.growing = larger;
        room.blocks.back() = std::move(larger);
    }
    add(*room.growing, added);
    bytes_ += cost_of(*room.growing);
    return true;
}

void room_tails::drop_oldest() {
    const auto room = rooms_.find(age_.front());
    age_.pop_front();
    std::deque<block_ptr>& blocks = room->second.blocks;
    bytes_ -= cost_of(*blocks.front());
    blocks.pop_front();
    if (blocks.empty()) rooms_.erase(room);
}

// An empty block keeps its place, in the room and in the order of age.
void room_tails::forget(std::uint32_t room, std::uint64_t seq) {
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return;
    for (block_ptr& block : found->second.blocks) {
        if (!block->holds(seq)) continue;
        if (block == found->second.blocks.back()) found->second.growing = nullptr;
        auto empty = std::make_shared<record_block>();
        empty->room = room;
        empty->first_seq = block->first_seq;
        bytes_ -= cost_of(*block);
        bytes_ += cost_of(*empty);
        block = std::move(empty);
    }
}

const block_ptr* room_tails::find(std::uint32_t room, std::uint64_t seq) const {
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return nullptr;
    const std::deque<block_ptr>& blocks = found->second.blocks;
    // Nearly every reader wants the newest block.
    if (blocks.back()->holds(seq)) return &blocks.back();
    const auto behind =
        std::ranges::upper_bound(blocks, seq, {}, [](const block_ptr& b) { return b->first_seq; });
    if (behind == blocks.begin()) return nullptr;
    const block_ptr& candidate = *std::prev(behind);
    return candidate->holds(seq) ? &candidate : nullptr;
}

}  // namespace chat_server::domain
