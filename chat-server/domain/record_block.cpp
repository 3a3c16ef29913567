#include "chat-server/domain/record_block.hpp"

#include "chat-server/domain/limits.hpp"
#include "protocol/frame/encoder.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace chat_server::domain {

std::size_t record_block::records_before(std::size_t offset) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(ends, offset) - ends.begin());
}

void block_builder::add(const protocol::chat::record& record) {
    const std::size_t frame_bytes = protocol::frame::frame_bytes(record);
    if (open_ != nullptr && open_->bytes.size() + frame_bytes > limits::block_bytes_max) {
        full_.push_back(std::exchange(open_, nullptr));
    }
    if (open_ == nullptr) {
        open_ = std::make_shared<record_block>();
        open_->room = room_;
        open_->first_seq = record.seq;
    }
    assert(record.room == room_ && record.seq == open_->first_seq + open_->count());
    protocol::frame::append(open_->bytes, record);
    open_->ends.push_back(static_cast<std::uint32_t>(open_->bytes.size()));
    open_->last_n = record.n;
    open_->last_at_ms = record.stored_at_ms;
    bytes_ += frame_bytes;
}

std::vector<block_ptr> block_builder::take() {
    if (open_ != nullptr) full_.push_back(std::exchange(open_, nullptr));
    bytes_ = 0;
    return std::exchange(full_, {});
}

}  // namespace chat_server::domain
