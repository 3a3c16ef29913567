// Ed25519 key pairs and signatures (RFC 8032), and the short texts by which people tell keys apart.
//
//   const auto key = ed25519_key::generate();      or from_seed() with 32 secret bytes
//   const signature mark = key.sign(message);
//   verify_signature(key.public_bytes(), message, mark)
//
// A fingerprint is the SHA-256 of the key's SubjectPublicKeyInfo: the same value whether the key was read out
// of a certificate or out of a message. Compare all of it; key_id() is for people only.
#pragma once

#include "common/trust/secret.hpp"

#include <openssl/types.h>

#include <array>
#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace common::trust {

using public_key = std::array<std::byte, 32>;
using signature = std::array<std::byte, 64>;
using public_key_view = std::span<const std::byte, 32>;
using signature_view = std::span<const std::byte, 64>;
using key_seed = secret<32>;

struct fingerprint {
    std::array<std::byte, 32> bytes{};
    auto operator<=>(const fingerprint&) const = default;
};

fingerprint fingerprint_of(public_key_view key);
std::string to_text(const fingerprint& value);  // base64url without padding, 43 characters
std::optional<fingerprint> parse_fingerprint(std::string_view text);
// The first 16 characters of the fingerprint's text: 96 bits.
std::string key_id(public_key_view key);
inline constexpr std::size_t key_id_chars = 16;

// Copies share one key; signing is safe from several threads.
class ed25519_key {
  public:
    static ed25519_key generate();
    static ed25519_key from_seed(const key_seed& seed);
    // Takes over an OpenSSL key (its reference count is raised); throws if it is not an Ed25519 private key.
    static ed25519_key from_native(EVP_PKEY* native);

    const public_key& public_bytes() const { return public_; }
    key_seed seed() const;
    signature sign(const_bytes message) const;
    EVP_PKEY* native() const { return native_.get(); }

  private:
    explicit ed25519_key(std::shared_ptr<EVP_PKEY> native);
    std::shared_ptr<EVP_PKEY> native_;
    public_key public_{};
};

// False for a wrong signature and for bytes that are no key.
bool verify_signature(public_key_view key, const_bytes message, signature_view mark);

}  // namespace common::trust
