// One direction of libsodium's secretstream, in the chunks of seal_format.hpp. Private to this folder.
#pragma once

#include "common/seam/byte_transport.hpp"
#include "common/stream/seal_format.hpp"

#include <array>
#include <memory>

namespace common::stream {

class secret_stream {
  public:
    // Begins a stream: fills in the preamble's stream header.
    static secret_stream sealing(const seal_key& key, seal_preamble& preamble);
    // Goes on with a stream that has begun with this preamble.
    static secret_stream opening(const seal_key& key, const seal_preamble& preamble);
    // Seals with this preamble as it is. The same header must never meet another content, see
    // sealed_file.hpp.
    static secret_stream resealing(const seal_key& key, const seal_preamble& preamble);
    secret_stream(const secret_stream& other);
    secret_stream& operator=(const secret_stream& other);
    secret_stream(secret_stream&&) noexcept;
    secret_stream& operator=(secret_stream&&) noexcept;
    ~secret_stream();

    // `sealed` is seal_chunk_overhead_bytes larger than `plain`; they do not overlap.
    void seal(seam::const_bytes plain, bool last, seam::mutable_bytes sealed);
    // Whether these are the bytes that were sealed at this place of the stream; if not,
    // `plain` means nothing.
    bool open(seam::const_bytes sealed, bool last, seam::mutable_bytes plain);

  private:
    struct state;
    explicit secret_stream(std::unique_ptr<state> fresh);
    seam::const_bytes bound_bytes();

    std::unique_ptr<state> state_;
    std::array<std::byte, seal_preamble_bytes> preamble_{};
    bool preamble_bound_ = false;
};

}  // namespace common::stream
