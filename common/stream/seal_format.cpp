#include "common/stream/seal_format.hpp"

#include "common/stream/stream_error.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace common::stream {

namespace {

constexpr std::string_view magic = "SLSEAL";
constexpr std::uint8_t version = 1;

constexpr std::size_t version_at = 6;
constexpr std::size_t key_kind_at = 7;
constexpr std::size_t passes_at = 8;
constexpr std::size_t memory_at = 12;
constexpr std::size_t salt_at = 16;
constexpr std::size_t stream_header_at = salt_at + seal_salt_bytes;

static_assert(version_at == magic.size());
static_assert(stream_header_at + seal_stream_header_bytes == seal_preamble_bytes);
static_assert(seal_salt_bytes == crypto_pwhash_SALTBYTES);
static_assert(seal_key_bytes == crypto_secretstream_xchacha20poly1305_KEYBYTES);
static_assert(seal_stream_header_bytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(seal_chunk_overhead_bytes == crypto_secretstream_xchacha20poly1305_ABYTES);

void put_u32(std::byte* at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) at[i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint32_t get_u32(const std::byte* at) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value |= std::to_integer<std::uint32_t>(at[i]) << (8 * i);
    return value;
}

std::error_code check(const passphrase_settings& settings) {
    const bool known = settings.passes >= crypto_pwhash_OPSLIMIT_MIN &&
                       std::uint64_t{settings.memory_kib} * limits::kib >= crypto_pwhash_MEMLIMIT_MIN;
    if (!known) return stream_error::unknown_format;
    const bool affordable = settings.passes <= limits::passphrase_passes_max &&
                            settings.memory_kib <= limits::passphrase_memory_kib_max;
    if (!affordable) return stream_error::passphrase_too_hard;
    return {};
}

}  // namespace

seal_key::seal_key(std::span<const std::byte, seal_key_bytes> raw) {
    std::copy(raw.begin(), raw.end(), bytes_.begin());
}

seal_key::~seal_key() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

passphrase_settings passphrase_settings::with_new_salt(seam::random& random) {
    passphrase_settings settings;
    random.fill(settings.salt);
    return settings;
}

std::array<std::byte, seal_preamble_bytes> encode(const seal_preamble& preamble) {
    std::array<std::byte, seal_preamble_bytes> out{};
    std::transform(magic.begin(), magic.end(), out.begin(), [](char letter) { return std::byte(letter); });
    out[version_at] = std::byte{version};
    out[key_kind_at] = static_cast<std::byte>(preamble.key_kind);
    put_u32(&out[passes_at], preamble.passphrase.passes);
    put_u32(&out[memory_at], preamble.passphrase.memory_kib);
    std::copy(preamble.passphrase.salt.begin(), preamble.passphrase.salt.end(), &out[salt_at]);
    std::copy(preamble.stream_header.begin(), preamble.stream_header.end(), &out[stream_header_at]);
    return out;
}

seam::result<seal_preamble> decode_seal_preamble(std::span<const std::byte, seal_preamble_bytes> bytes) {
    seal_preamble preamble;
    preamble.key_kind = static_cast<seal_key_kind>(bytes[key_kind_at]);
    preamble.passphrase.passes = get_u32(&bytes[passes_at]);
    preamble.passphrase.memory_kib = get_u32(&bytes[memory_at]);
    std::copy_n(&bytes[salt_at], seal_salt_bytes, preamble.passphrase.salt.begin());
    std::copy_n(&bytes[stream_header_at], seal_stream_header_bytes, preamble.stream_header.begin());
    if (preamble.key_kind == seal_key_kind::passphrase) {
        const auto error = check(preamble.passphrase);
        if (error) return error;
    }
    // One encoding for one meaning: whatever would be written differently is not ours.
    const auto canonical = encode(preamble);
    const bool raw_is_zero =
        preamble.key_kind != seal_key_kind::raw || preamble.passphrase == seal_preamble{}.passphrase;
    const bool known_kind = preamble.key_kind <= seal_key_kind::passphrase;
    if (!raw_is_zero || !known_kind || !std::equal(bytes.begin(), bytes.end(), canonical.begin())) {
        return make_error_code(stream_error::unknown_format);
    }
    return preamble;
}

seam::result<seal_key> derive_seal_key(std::string_view passphrase, const passphrase_settings& settings) {
    if (passphrase.empty() || passphrase.size() > limits::passphrase_bytes_max) {
        return std::errc::invalid_argument;
    }
    const auto error = check(settings);
    if (error) return error;
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    std::array<std::byte, seal_key_bytes> raw{};
    const auto done = crypto_pwhash(
        reinterpret_cast<unsigned char*>(raw.data()), raw.size(), passphrase.data(), passphrase.size(),
        reinterpret_cast<const unsigned char*>(settings.salt.data()), settings.passes,
        std::size_t{settings.memory_kib} * limits::kib, crypto_pwhash_ALG_ARGON2ID13);
    if (done != 0) return std::errc::not_enough_memory;
    seal_key key(raw);
    sodium_memzero(raw.data(), raw.size());
    return key;
}

}  // namespace common::stream
