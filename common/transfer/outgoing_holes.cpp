// What a sender does not send of a file: holes, and chunks of nothing but zeros.
#include "common/transfer/limits.hpp"
#include "common/transfer/outgoing_file.hpp"
#include "protocol/frame/encoder.hpp"

#include <algorithm>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;

// On the blocking pool. Whatever goes wrong only means that zeros are read instead of skipped.
void outgoing_file::find_data() {
    for (std::uint64_t at = 0; at < item_->size;) {
        const auto found = file_->next_data(at);
        if (!found || data_.size() == limits::data_ranges_max) {
            data_.push_back({at, item_->size});
            data_bytes_ += item_->size - at;
            return;
        }
        if (found->begin >= found->end) return;
        const std::uint64_t end = std::min(found->end, item_->size);
        if (found->begin >= end) return;
        data_.push_back({found->begin, end});
        data_bytes_ += end - found->begin;
        at = end;
    }
}

// Asked in ascending order.
bool outgoing_file::in_hole(std::uint32_t index) {
    const std::uint64_t begin = std::uint64_t{index} * chunk_bytes_;
    const std::uint64_t end = begin + bytes_of(index);
    while (data_at_ < data_.size() && data_[data_at_].end <= begin) ++data_at_;
    return data_at_ == data_.size() || data_[data_at_].begin >= end;
}

std::uint64_t outgoing_file::bytes_of(std::uint32_t index) const {
    return std::min<std::uint64_t>(chunk_bytes_, item_->size - std::uint64_t{index} * chunk_bytes_);
}

void outgoing_file::put_zeros(std::uint32_t index) {
    const std::uint64_t bytes = bytes_of(index);
    if (bytes != zero_chunk_bytes_) {
        zero_chunk_bytes_ = bytes;
        zero_chunk_ = digest_of_zeros(static_cast<std::size_t>(bytes));
    }
    digests_.put(index, zero_chunk_);
    if (theirs_.has(index) && theirs_.at(index) == zero_chunk_) {
        if (count_resumed_) owner_.counts_.resumed_bytes += bytes;
        return;
    }
    if (zeros_.count == limits::zeros_max || zeros_.first + zeros_.count != index) send_zeros();
    if (zeros_.count == 0) zeros_ = {.file_no = file_no_, .first = index, .count = 0};
    ++zeros_.count;
    ++chunks_sent_;
}

void outgoing_file::send_zeros() {
    if (zeros_.count == 0) return;
    const upload::zeros message = std::exchange(zeros_, {});
    owner_.make_ready(stream::slice::copy_of(protocol::frame::encode(message)), 0);
}

}  // namespace common::transfer
