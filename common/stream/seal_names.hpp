// Encrypts the names of files, one component at a time, so that the same name comes out the same.
//
//   const name_seal names(key);
//   auto sealed = names.seal("holiday.mov");        text of A-Z a-z 0-9 - _
//   auto name = names.open(sealed);                 nothing: not sealed with this key
//
//   sealed = base64url( tag || name ⊕ XChaCha20(name key, nonce = tag) ), tag = BLAKE2b-128(tag key, name)
//
// The tag is both the check and the nonce (a synthetic initialisation vector): two names never share a
// keystream, and what it gives away is only that two names are equal, and their length.
#pragma once

#include "common/stream/seal_format.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace common::stream {

class name_seal {
  public:
    explicit name_seal(const seal_key& key);

    // Nothing when it would become longer than `sealed_name_bytes_max`.
    std::optional<std::string> seal(std::string_view name) const;
    std::optional<std::string> open(std::string_view sealed) const;

    static constexpr std::size_t tag_bytes = 16;
    static constexpr std::size_t sealed_name_bytes_max = 255;
    // The longest name that can be sealed, in bytes.
    static constexpr std::size_t name_bytes_max = sealed_name_bytes_max * 3 / 4 - tag_bytes;

  private:
    seal_key tag_key_;
    seal_key name_key_;
};

}  // namespace common::stream
