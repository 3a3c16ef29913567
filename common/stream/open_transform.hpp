// Checks and decrypts a stream that seal_transform has made.
//
//   open_transform open(buffers, raw_key_finder(key));       // or passphrase_finder: seal_key_finder.hpp
//   const auto error = co_await pipe(source, {&open}, sink).run();
//
// Only authenticated bytes are written on, in the order they were sealed; that the stream is complete is
// known when finish() succeeds, and not before. Errors: stream_error::altered (a cut inside a chunk, too),
// truncated, unknown_format, or the key finder's. Holds back less than one sealed chunk.
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/stream/chunker.hpp"
#include "common/stream/seal_key_finder.hpp"
#include "common/stream/secret_stream.hpp"
#include "common/stream/transform.hpp"

#include <optional>

namespace common::stream {

class open_transform final : public transform {
  public:
    open_transform(buffer_pool& buffers, seal_key_finder finder);

    task<std::error_code> push(slice bytes, writable& out) override;
    task<std::error_code> finish(writable& out) override;
    // Does not wait for a key derivation in progress; its result is dropped when it comes.
    void abort(std::error_code why) override;

  private:
    task<std::error_code> begin(slice preamble);
    task<std::error_code> write_opened(slice chunk, bool last, writable& out);

    buffer_pool& buffers_;
    seal_key_finder finder_;
    chunker chunks_;
    std::optional<secret_stream> cipher_;  // once the preamble has come
    std::error_code aborted_;
};

}  // namespace common::stream
