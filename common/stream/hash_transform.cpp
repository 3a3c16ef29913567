#include "common/stream/hash_transform.hpp"

#include <utility>

namespace common::stream {

task<std::error_code> hash_transform::push(slice bytes, writable& out) {
    hasher_.update(bytes.bytes());
    bytes_ += bytes.size();
    return out.write(std::move(bytes));
}

task<std::error_code> hash_transform::finish(writable&) {
    co_return std::error_code{};
}

}  // namespace common::stream
