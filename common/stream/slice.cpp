#include "common/stream/slice.hpp"

#include "common/stream/slab.hpp"

#include <algorithm>
#include <cassert>

namespace common::stream {

slice::slice(const slice& other) : slab_(other.slab_), data_(other.data_), size_(other.size_) {
    if (slab_ != nullptr) slab_->add_reference();
}

slice::~slice() {
    if (slab_ != nullptr) slab_->drop_reference();
}

slice slice::copy_of(seam::const_bytes bytes) {
    if (bytes.empty()) return {};
    slab* const own = slab::create(bytes.size(), 0);
    std::copy(bytes.begin(), bytes.end(), own->data());
    return {own, own->data(), bytes.size()};
}

slice slice::copy_of(std::string_view text) {
    return copy_of(std::as_bytes(std::span{text.data(), text.size()}));
}

slice slice::part(std::size_t offset, std::size_t count) const {
    assert(offset <= size_ && count <= size_ - offset);
    slice cut = *this;
    cut.data_ += offset;
    cut.size_ = count;
    return cut;
}

slice slice::last(std::size_t count) const {
    assert(count <= size_);
    return part(size_ - count, count);
}

slice slice::take_front(std::size_t count) {
    // Taking all hands the reference on, so that a unique slice stays unique.
    if (count == size_) return std::exchange(*this, slice{});
    slice front = first(count);
    drop_front(count);
    return front;
}

void slice::drop_front(std::size_t count) {
    assert(count <= size_);
    data_ += count;
    size_ -= count;
}

void slice::drop_back(std::size_t count) {
    assert(count <= size_);
    size_ -= count;
}

bool slice::unique() const {
    return slab_ != nullptr && slab_->unique();
}

seam::mutable_bytes slice::mutable_bytes() {
    if (slab_ == nullptr) return {};
    assert(unique() && "shared bytes are never changed");
    return {data_, size_};
}

std::size_t slice::head_room() const {
    return slab_ == nullptr ? 0 : static_cast<std::size_t>(data_ - slab_->data());
}

std::size_t slice::tail_room() const {
    return slab_ == nullptr ? 0 : slab_->capacity() - head_room() - size_;
}

seam::mutable_bytes slice::extend_front(std::size_t count) {
    assert(unique() && count <= head_room());
    data_ -= count;
    size_ += count;
    return {data_, count};
}

seam::mutable_bytes slice::extend_back(std::size_t count) {
    assert(unique() && count <= tail_room());
    size_ += count;
    return {data_ + size_ - count, count};
}

}  // namespace common::stream
