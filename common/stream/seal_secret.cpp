#include "common/stream/seal_secret.hpp"

#include "common/stream/stream_error.hpp"

#include <sodium.h>

#include <stdexcept>
#include <utility>

namespace common::stream {
namespace {

// Keys of BLAKE2b, at least 16 bytes.
constexpr std::string_view key_file_purpose = "sluice key file 1";
constexpr std::string_view salt_purpose = "sluice seal salt 1";
// Streams of one tree share a salt; more than a few come from a peer that wants us to work.
constexpr std::size_t derived_keys_max = 16;

static_assert(key_file_purpose.size() >= crypto_generichash_KEYBYTES_MIN);
static_assert(salt_purpose.size() >= crypto_generichash_KEYBYTES_MIN);

void hash(std::span<std::byte> out, seam::const_bytes content, std::string_view purpose) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                       reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                       reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size());
}

}  // namespace

seal_secret seal_secret::from_passphrase(std::string passphrase) {
    seal_secret secret;
    secret.passphrase_ = std::move(passphrase);
    return secret;
}

seal_secret seal_secret::from_key(const seal_key& key) {
    seal_secret secret;
    secret.key_ = key;
    return secret;
}

seal_key seal_secret::key_of_file(seam::const_bytes content) {
    std::array<std::byte, seal_key_bytes> raw{};
    hash(raw, content, key_file_purpose);
    const seal_key key(raw);
    sodium_memzero(raw.data(), raw.size());
    return key;
}

seal_secret::seal_secret(seal_secret&& other) noexcept
    : key_(std::move(other.key_)),
      passphrase_(std::exchange(other.passphrase_, {})),
      derived_(std::move(other.derived_)) {}

seal_secret::~seal_secret() {
    sodium_memzero(passphrase_.data(), passphrase_.size());
}

seal_preamble seal_secret::preamble_for(const std::array<std::byte, seal_salt_bytes>& salt) const {
    seal_preamble preamble;
    if (key_) return preamble;
    preamble.key_kind = seal_key_kind::passphrase;
    preamble.passphrase = passphrase_settings{};
    preamble.passphrase.salt = salt;
    return preamble;
}

seam::result<seal_key> seal_secret::key_for(const seal_preamble& preamble) const {
    const bool raw = preamble.key_kind == seal_key_kind::raw;
    if (raw != key_.has_value()) return make_error_code(stream_error::wrong_key_kind);
    if (key_) return *key_;
    const std::lock_guard lock{mutex_};
    const auto found = derived_.find(preamble.passphrase.salt);
    if (found != derived_.end() && found->second.first == preamble.passphrase) return found->second.second;
    auto key = derive_seal_key(passphrase_, preamble.passphrase);
    if (!key) return key.error();
    if (derived_.size() >= derived_keys_max) derived_.clear();
    derived_.insert_or_assign(preamble.passphrase.salt, std::pair{preamble.passphrase, *key});
    return key;
}

std::array<std::byte, seal_salt_bytes> salt_of_place(seam::const_bytes place) {
    std::array<std::byte, seal_salt_bytes> salt{};
    static_assert(seal_salt_bytes >= crypto_generichash_BYTES_MIN);
    hash(salt, place, salt_purpose);
    return salt;
}

}  // namespace common::stream
