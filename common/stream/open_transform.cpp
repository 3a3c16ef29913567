#include "common/stream/open_transform.hpp"

#include "common/stream/stream_error.hpp"

#include <utility>

namespace common::stream {

open_transform::open_transform(buffer_pool& buffers, seal_key_finder finder)
    : buffers_(buffers), finder_(std::move(finder)), chunks_(buffers) {}

task<std::error_code> open_transform::push(slice bytes, writable& out) {
    chunks_.add(std::move(bytes));
    for (;;) {
        const bool beginning = !cipher_;
        auto chunk = chunks_.next(beginning ? seal_preamble_bytes : sealed_chunk_wire_bytes);
        if (!chunk) co_return chunk.error();
        if (chunk->empty()) co_return std::error_code{};
        std::error_code error;
        if (beginning) error = co_await begin(std::move(*chunk));
        if (!beginning) error = co_await write_opened(std::move(*chunk), false, out);
        if (error) co_return error;
    }
}

task<std::error_code> open_transform::finish(writable& out) {
    auto rest = chunks_.rest();
    if (!cipher_ || rest.size() < seal_chunk_overhead_bytes) co_return stream_error::truncated;
    co_return co_await write_opened(std::move(rest), true, out);
}

void open_transform::abort(std::error_code why) {
    if (!aborted_) aborted_ = why;
    chunks_.clear();
}

task<std::error_code> open_transform::begin(slice preamble) {
    const auto decoded = decode_seal_preamble(preamble.bytes().first<seal_preamble_bytes>());
    if (!decoded) co_return decoded.error();
    const auto key = co_await finder_(*decoded);
    if (aborted_) co_return aborted_;
    if (!key) co_return key.error();
    cipher_ = secret_stream::opening(*key, *decoded);
    co_return std::error_code{};
}

task<std::error_code> open_transform::write_opened(slice chunk, bool last, writable& out) {
    const auto plain_bytes = chunk.size() - seal_chunk_overhead_bytes;
    auto plain = buffers_.try_allocate(plain_bytes, contents::unspecified);
    if (!plain) co_return plain.error();
    const bool opened = cipher_->open(chunk.bytes(), last, plain->mutable_bytes());
    if (!opened) co_return stream_error::altered;
    chunk = slice{};
    co_return co_await out.write(std::move(*plain));
}

}  // namespace common::stream
