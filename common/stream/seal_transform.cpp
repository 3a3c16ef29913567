#include "common/stream/seal_transform.hpp"

#include <utility>

namespace common::stream {

namespace {

seal_preamble preamble_for(const std::optional<passphrase_settings>& settings) {
    seal_preamble preamble;
    if (settings) {
        preamble.key_kind = seal_key_kind::passphrase;
        preamble.passphrase = *settings;
    }
    return preamble;
}

}  // namespace

seal_transform::seal_transform(buffer_pool& buffers, const seal_key& key,
                               const std::optional<passphrase_settings>& settings)
    : buffers_(buffers),
      chunks_(buffers),
      preamble_(preamble_for(settings)),
      cipher_(secret_stream::sealing(key, preamble_)) {}

task<std::error_code> seal_transform::push(slice bytes, writable& out) {
    auto error = co_await write_preamble(out);
    if (!error) chunks_.add(std::move(bytes));
    while (!error) {
        auto chunk = chunks_.next(limits::sealed_chunk_bytes);
        if (!chunk) co_return chunk.error();
        if (chunk->empty()) break;
        error = co_await write_sealed(std::move(*chunk), false, out);
    }
    co_return error;
}

task<std::error_code> seal_transform::finish(writable& out) {
    const auto error = co_await write_preamble(out);
    if (error) co_return error;
    co_return co_await write_sealed(chunks_.rest(), true, out);
}

void seal_transform::abort(std::error_code) {
    chunks_.clear();
}

task<std::error_code> seal_transform::write_preamble(writable& out) {
    if (std::exchange(began_, true)) co_return std::error_code{};
    co_return co_await out.write(slice::copy_of(encode(preamble_)));
}

task<std::error_code> seal_transform::write_sealed(slice chunk, bool last, writable& out) {
    auto sealed = buffers_.try_allocate(chunk.size() + seal_chunk_overhead_bytes, contents::unspecified);
    if (!sealed) co_return sealed.error();
    cipher_.seal(chunk.bytes(), last, sealed->mutable_bytes());
    chunk = slice{};
    co_return co_await out.write(std::move(*sealed));
}

}  // namespace common::stream
