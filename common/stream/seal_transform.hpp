// Encrypts and authenticates a stream of any length in bounded memory; open_transform undoes it.
//
//   seal_transform seal(buffers, key);                                       // a raw key, or:
//   auto settings = passphrase_settings::with_new_salt(random);
//   auto key = derive_seal_key(passphrase, settings);                        // on the blocking pool
//   seal_transform seal(buffers, *key, settings);
//
// The format is in seal_format.hpp. Holds back less than one chunk of 64 KiB. Two streams never share key
// material: each begins with a random header of libsodium's own.
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/stream/chunker.hpp"
#include "common/stream/seal_format.hpp"
#include "common/stream/secret_stream.hpp"
#include "common/stream/transform.hpp"

#include <optional>

namespace common::stream {

class seal_transform final : public transform {
  public:
    // With the settings the key was derived with, so that the passphrase opens the stream; without,
    // the key does.
    seal_transform(buffer_pool& buffers, const seal_key& key,
                   const std::optional<passphrase_settings>& settings = std::nullopt);

    task<std::error_code> push(slice bytes, writable& out) override;
    task<std::error_code> finish(writable& out) override;
    void abort(std::error_code why) override;

  private:
    task<std::error_code> write_preamble(writable& out);
    task<std::error_code> write_sealed(slice chunk, bool last, writable& out);

    buffer_pool& buffers_;
    chunker chunks_;
    seal_preamble preamble_;
    secret_stream cipher_;
    bool began_ = false;
};

}  // namespace common::stream
