#include "common/stream/chunker.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::stream {

void chunker::add(slice bytes) {
    assert(input_.empty() && "ask for chunks before adding more");
    input_ = std::move(bytes);
}

seam::result<slice> chunker::next(std::size_t chunk_bytes) {
    if (partial_.empty() && input_.size() >= chunk_bytes) return input_.take_front(chunk_bytes);
    if (input_.empty()) return slice{};
    if (partial_.empty()) {
        auto fresh = buffers_.try_allocate(chunk_bytes, contents::unspecified);
        if (!fresh) return fresh;
        partial_ = std::move(*fresh);
        partial_.drop_back(chunk_bytes);
    }
    const auto piece = input_.take_front(std::min(input_.size(), chunk_bytes - partial_.size()));
    std::copy(piece.bytes().begin(), piece.bytes().end(), partial_.extend_back(piece.size()).begin());
    if (partial_.size() < chunk_bytes) return slice{};
    return std::exchange(partial_, slice{});
}

slice chunker::rest() {
    assert(input_.empty());
    return std::exchange(partial_, slice{});
}

void chunker::clear() {
    input_ = slice{};
    partial_ = slice{};
}

}  // namespace common::stream
