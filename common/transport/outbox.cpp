#include "common/transport/outbox.hpp"

#include <algorithm>
#include <cassert>

namespace common::transport {

namespace {

// Small frames are copied together until a piece has this size; then the next piece begins.
constexpr std::size_t copied_piece_bytes_max = 16 * 1024;
// An idle connection keeps no more list than this.
constexpr std::size_t idle_pieces_max = 8;

}  // namespace

seam::const_bytes outbox::bytes_of(const piece& piece) {
    if (const auto* own = std::get_if<copied>(&piece.held)) return *own;
    if (const auto* slice = std::get_if<stream::slice>(&piece.held)) return slice->bytes();
    return std::get<shared_bytes>(piece.held).bytes;
}

void outbox::push(piece added) {
    const auto bytes = bytes_of(added).size();
    if (bytes == 0) return;
    count(bytes, added.bulk);
    pieces_.push_back(std::move(added));
}

void outbox::count(std::size_t bytes, bool bulk) {
    size_bytes_ += bytes;
    if (!bulk) answer_bytes_ += bytes;
}

seam::mutable_bytes outbox::extend(std::size_t count_bytes) {
    const bool follows = first_ < pieces_.size() && pieces_.back().bulk == bulk_;
    auto* tail = follows ? std::get_if<copied>(&pieces_.back().held) : nullptr;
    if (tail == nullptr || tail->size() + count_bytes > copied_piece_bytes_max) {
        pieces_.push_back(piece{copied{}, bulk_});
        tail = &std::get<copied>(pieces_.back().held);
    }
    tail->resize(tail->size() + count_bytes);
    count(count_bytes, bulk_);
    return std::span(*tail).last(count_bytes);
}

void outbox::append(seam::const_bytes bytes) {
    if (!bytes.empty()) std::copy(bytes.begin(), bytes.end(), extend(bytes.size()).begin());
}

void outbox::append(stream::slice bytes) {
    push(piece{std::move(bytes), bulk_});
}

void outbox::append(std::shared_ptr<const void> owner, seam::const_bytes bytes) {
    push(piece{shared_bytes{std::move(owner), bytes}, bulk_});
}

std::size_t outbox::gather(std::span<seam::const_bytes> out) const {
    const std::size_t count = std::min(out.size(), pieces_.size() - first_);
    for (std::size_t i = 0; i < count; ++i) out[i] = bytes_of(pieces_[first_ + i]);
    if (count > 0) out[0] = out[0].subspan(begin_);
    return count;
}

void outbox::drop(std::size_t count) {
    assert(count <= size_bytes_);
    size_bytes_ -= count;
    while (count > 0) {
        const piece& front = pieces_[first_];
        const std::size_t left = bytes_of(front).size() - begin_;
        const std::size_t part = std::min(left, count);
        if (!front.bulk) answer_bytes_ -= part;
        count -= part;
        begin_ += part;
        if (part < left) return;
        pieces_[first_++] = piece{};
        begin_ = 0;
    }
    if (size_bytes_ == 0) clear();
}

void outbox::clear() {
    pieces_.clear();
    if (pieces_.capacity() > idle_pieces_max) pieces_.shrink_to_fit();
    first_ = begin_ = size_bytes_ = answer_bytes_ = 0;
}

}  // namespace common::transport
