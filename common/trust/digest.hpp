// SHA-256, HMAC-SHA256 and HKDF-SHA256 as functions on bytes.
#pragma once

#include "common/trust/secret.hpp"

#include <array>
#include <cstddef>

namespace common::trust {

using digest = std::array<std::byte, 32>;

digest sha256(const_bytes message);
digest hmac_sha256(const_bytes key, const_bytes message);
// RFC 5869 with an empty salt.
secret<32> hkdf_sha256(const_bytes input_key, const_bytes info);

// From the operating system's generator, by way of OpenSSL's private one.
void fill_random(std::span<std::byte> out);

}  // namespace common::trust
