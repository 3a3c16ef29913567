#include "common/transport/frame_reader.hpp"

#include "common/transport/limits.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace common::transport {

namespace {

constexpr std::size_t header_bytes = protocol::limits::frame_header_bytes;

}  // namespace

stream::slice incoming_frame::keep(seam::const_bytes part) const {
    if (storage == nullptr) return stream::slice::copy_of(part);
    return storage->part(static_cast<std::size_t>(part.data() - storage->data()), part.size());
}

frame_reader::frame_reader(stream::buffer_pool& pool, std::size_t payload_bytes_max)
    : pool_(pool), decoder_(payload_bytes_max), payload_bytes_max_(payload_bytes_max) {}

seam::mutable_bytes frame_reader::prepare() {
    if (buffer_.empty()) {
        // Before the handshake nothing large is allowed, so nothing large is needed.
        const std::size_t size = std::min(limits::small_frame_bytes_max, header_bytes + payload_bytes_max_);
        auto got = pool_.try_allocate(size, stream::contents::unspecified);
        if (!got) return {};
        buffer_ = *std::move(got);
    }
    if (end_ == buffer_.size()) compact();
    if (end_ == buffer_.size() && !grow()) return {};
    const auto room = buffer_.mutable_bytes().subspan(end_);
    // A large frame fills its slab exactly, so that the next frame begins in a buffer of its own.
    const bool large = frame_bytes_ > limits::small_frame_bytes_max && buffer_.size() >= frame_bytes_;
    return large ? room.first(frame_bytes_ - unread_bytes()) : room;
}

void frame_reader::compact() {
    if (begin_ == 0) return;
    std::memmove(buffer_.mutable_bytes().data(), buffer_.data() + begin_, unread_bytes());
    end_ -= std::exchange(begin_, 0);
}

bool frame_reader::grow() {
    // A full buffer holds one unfinished frame, whose header next() has accepted.
    const std::size_t size = std::max(frame_bytes_, limits::small_frame_bytes_max);
    assert(size > buffer_.size());
    auto got = pool_.try_allocate(size, stream::contents::unspecified);
    if (!got) return false;
    const auto held = unread();
    std::memcpy(got->mutable_bytes().data(), held.data(), held.size());
    buffer_ = *std::move(got);
    begin_ = 0;
    end_ = held.size();
    return true;
}

void frame_reader::commit(std::size_t count) {
    end_ += count;
    assert(end_ <= buffer_.size());
}

frame_reader::step frame_reader::next() {
    step result;
    frame_bytes_ = 0;
    if (end_ == begin_) return result;
    const auto found = decoder_.next(unread());
    result.state = found.state;
    result.error = found.error;
    if (found.state == state::failed) return result;
    frame_bytes_ = found.frame_bytes;
    if (found.state == state::more) return result;
    result.frame.header = found.frame.header;
    result.frame.payload = found.frame.payload;
    if (frame_bytes_ > limits::small_frame_bytes_max) result.frame.storage = &buffer_;
    return result;
}

void frame_reader::consume() {
    begin_ += std::exchange(frame_bytes_, 0);
    assert(begin_ <= end_);
    // An idle connection holds no buffer; a slab that somebody keeps is not ours to write to any more.
    if (begin_ < end_) return;
    buffer_ = {};
    begin_ = end_ = 0;
}

std::size_t frame_reader::missing_bytes() const {
    return frame_bytes_ > unread_bytes() ? frame_bytes_ - unread_bytes() : 0;
}

}  // namespace common::transport
