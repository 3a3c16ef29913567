// The format of sealed data: encrypted and authenticated in chunks, for streams of any length.
//
//     0        6   7   8        12        16       32         56
//     ┌────────┬───┬───┬────────┬─────────┬────────┬──────────┬───────────┬───┬────────────┐
//     │ SLSEAL │ 1 │ K │ passes │ KiB mem │ salt   │ stream   │ chunk     │ … │ last chunk │
//     └────────┴───┴───┴────────┴─────────┴────────┴──────────┴───────────┴───┴────────────┘
//               version  little-endian              header     64 KiB + 17     0..64 KiB-1, + 17
//
// K says what the key comes from: 0 the raw 32 bytes, 1 a passphrase by Argon2id with the settings that
// follow it (zero for a raw key). The chunks are those of libsodium's crypto_secretstream_xchacha20poly1305;
// the first is sealed together with the 56 bytes before it. Every chunk but the last is full and tagged
// MESSAGE, the last is shorter, perhaps empty, and tagged FINAL: cutting the data anywhere, or adding to it,
// is noticed.
#pragma once

#include "common/seam/random.hpp"
#include "common/seam/result.hpp"
#include "common/stream/limits.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace common::stream {

inline constexpr std::size_t seal_key_bytes = 32;
inline constexpr std::size_t seal_salt_bytes = 16;
inline constexpr std::size_t seal_stream_header_bytes = 24;
inline constexpr std::size_t seal_preamble_bytes = 56;
inline constexpr std::size_t seal_chunk_overhead_bytes = 17;
inline constexpr std::size_t sealed_chunk_wire_bytes = limits::sealed_chunk_bytes + seal_chunk_overhead_bytes;

// A secret key, wiped when it goes away.
class seal_key {
  public:
    explicit seal_key(std::span<const std::byte, seal_key_bytes> raw);
    seal_key(const seal_key&) = default;
    seal_key& operator=(const seal_key&) = default;
    ~seal_key();

    std::span<const std::byte, seal_key_bytes> bytes() const { return bytes_; }

  private:
    std::array<std::byte, seal_key_bytes> bytes_{};
};

enum class seal_key_kind : std::uint8_t { raw = 0, passphrase = 1 };

// How a passphrase becomes a key (Argon2id 1.3, one lane). The defaults take about 64 MiB and a tenth
// of a second.
struct passphrase_settings {
    std::uint32_t passes = 2;
    std::uint32_t memory_kib = 64 * 1024;
    std::array<std::byte, seal_salt_bytes> salt{};
    bool operator==(const passphrase_settings&) const = default;

    static passphrase_settings with_new_salt(seam::random& random);
};

static_assert(passphrase_settings{}.passes <= limits::passphrase_passes_max);
static_assert(passphrase_settings{}.memory_kib <= limits::passphrase_memory_kib_max);

struct seal_preamble {
    seal_key_kind key_kind = seal_key_kind::raw;
    passphrase_settings passphrase{.passes = 0, .memory_kib = 0};  // all zero for a raw key
    std::array<std::byte, seal_stream_header_bytes> stream_header{};
    bool operator==(const seal_preamble&) const = default;
};

std::array<std::byte, seal_preamble_bytes> encode(const seal_preamble& preamble);
// unknown_format, or passphrase_too_hard for settings beyond limits.hpp.
seam::result<seal_preamble> decode_seal_preamble(std::span<const std::byte, seal_preamble_bytes> bytes);

// Blocks for as long as the settings ask: run it on the blocking pool. Errors: not_enough_memory,
// invalid_argument for an empty or overlong passphrase, passphrase_too_hard.
seam::result<seal_key> derive_seal_key(std::string_view passphrase, const passphrase_settings& settings);

}  // namespace common::stream
