// Enrolment tokens: 128 random bits that a person passes on, and the key derived from them that proofs are
// made with.
//
//   const auto made = token::generate();      made.text() is 26 characters for the join link
//   const auto given = token::parse(text);    nothing: not a token
//   const token_key key = given->key(); token_id id = id_of(key);
//
// Nobody sends a token: see handshake_crypto.hpp. Short codes for people to type would need a PAKE instead.
#pragma once

#include "common/trust/secret.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace common::trust {

using token_key = secret<32>;
using token_id = std::array<std::byte, 8>;  // public: by which the server finds the key
inline constexpr std::size_t token_chars = 26;

class token {
  public:
    static token generate();
    static std::optional<token> parse(std::string_view text);
    explicit token(const secret<16>& bits) : bits_(bits) {}

    secret_text text() const;  // base32
    token_key key() const;     // HKDF-SHA256(bits, info "sluice/1 token")
    std::span<const std::byte, 16> bytes() const { return bits_.bytes(); }

  private:
    secret<16> bits_;
};

token_id id_of(const token_key& key);  // the first 8 bytes of its SHA-256

}  // namespace common::trust
