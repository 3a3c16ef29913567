// What a person seals with, a passphrase or a key, and the keys that follow from it.
//
//   seal_secret secret = seal_secret::from_passphrase("…");   or from_key(key)
//   auto seal = secret.preamble_for(salt);                    how a stream begins that is sealed with it
//   auto key = secret.key_for(preamble);                      the key of a stream that begins so
//
// Deriving a key from a passphrase takes a tenth of a second; it is done once for each salt. Blocks: for the
// blocking pool or before the loop runs. From any thread.
#pragma once

#include "common/seam/byte_transport.hpp"
#include "common/stream/seal_format.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace common::stream {

class seal_secret {
  public:
    // 1 to limits::passphrase_bytes_max bytes.
    static seal_secret from_passphrase(std::string passphrase);
    static seal_secret from_key(const seal_key& key);
    // The key that a key file stands for: any file of seal_key_bytes or more.
    static seal_key key_of_file(seam::const_bytes content);

    seal_secret(seal_secret&& other) noexcept;
    ~seal_secret();

    seal_preamble preamble_for(const std::array<std::byte, seal_salt_bytes>& salt) const;
    // stream_error::wrong_key_kind when the stream was sealed with the other kind.
    seam::result<seal_key> key_for(const seal_preamble& preamble) const;

  private:
    seal_secret() = default;

    std::optional<seal_key> key_;
    std::string passphrase_;
    mutable std::mutex mutex_;
    mutable std::map<std::array<std::byte, seal_salt_bytes>, std::pair<passphrase_settings, seal_key>>
        derived_;
};

// The salt of everything that is sealed for one place, such as a server: the same each time, so that names
// and contents come out the same, and another one for another place.
std::array<std::byte, seal_salt_bytes> salt_of_place(seam::const_bytes place);

}  // namespace common::stream
