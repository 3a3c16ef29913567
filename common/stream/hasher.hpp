// Digests of bytes that come in pieces.
//
//   hasher sum(hash_algorithm::xxh3_128);
//   sum.update(bytes);  ...              // in any pieces
//   const digest value = sum.value();    // of everything so far; more may follow
//
// XXH3-128 (xxHash 0.8) is fast and finds accidents; SHA-256 (FIPS 180-4) is for signatures and on request.
#pragma once

#include "common/seam/byte_transport.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace common::stream {

enum class hash_algorithm : std::uint8_t { xxh3_128 = 1, sha256 = 2 };

inline constexpr std::size_t digest_bytes_max = 32;

constexpr std::size_t digest_bytes(hash_algorithm algorithm) {
    return algorithm == hash_algorithm::xxh3_128 ? 16 : 32;
}

struct digest {
    hash_algorithm algorithm = hash_algorithm::xxh3_128;
    // Big-endian as both standards print it; zero after digest_bytes().
    std::array<std::byte, digest_bytes_max> value{};

    seam::const_bytes bytes() const { return {value.data(), digest_bytes(algorithm)}; }
    std::string hex() const;
    auto operator<=>(const digest&) const = default;
};

class hasher {
  public:
    explicit hasher(hash_algorithm algorithm);
    hasher(hasher&&) noexcept;
    hasher& operator=(hasher&&) noexcept;
    ~hasher();

    hash_algorithm algorithm() const;
    void update(seam::const_bytes bytes);
    digest value() const;
    // Back to no bytes at all.
    void reset();

  private:
    class engine;
    class xxh3_engine;
    class sha256_engine;
    std::unique_ptr<engine> engine_;
};

// The digest of bytes that are all there.
digest hash(hash_algorithm algorithm, seam::const_bytes bytes);

}  // namespace common::stream
