#include "common/trust/ed25519.hpp"

#include "common/trust/digest.hpp"
#include "common/trust/openssl_handle.hpp"
#include "common/trust/text_codec.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <utility>

namespace common::trust {
namespace {

// RFC 8410: SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }; the key follows.
constexpr std::array<unsigned char, 12> spki_prefix{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

}  // namespace

fingerprint fingerprint_of(public_key_view key) {
    std::array<std::byte, spki_prefix.size() + 32> spki{};
    std::ranges::copy(std::as_bytes(std::span{spki_prefix}), spki.begin());
    std::ranges::copy(key, spki.begin() + spki_prefix.size());
    return {sha256(spki)};
}

std::string to_text(const fingerprint& value) {
    return to_base64url(value.bytes);
}

std::optional<fingerprint> parse_fingerprint(std::string_view text) {
    fingerprint value;
    if (!from_base64url(text, value.bytes)) return std::nullopt;
    return value;
}

std::string key_id(public_key_view key) {
    return to_text(fingerprint_of(key)).substr(0, key_id_chars);
}

ed25519_key::ed25519_key(std::shared_ptr<EVP_PKEY> native) : native_(std::move(native)) {
    std::size_t size = public_.size();
    const bool ok = native_ != nullptr && EVP_PKEY_is_a(native_.get(), "ED25519") == 1 &&
                    EVP_PKEY_get_raw_public_key(native_.get(), raw_out(public_), &size) == 1 &&
                    size == public_.size();
    openssl_require(ok, "reading an Ed25519 key");
}

ed25519_key ed25519_key::generate() {
    key_seed seed;
    fill_random(seed.writable());
    return from_seed(seed);
}

ed25519_key ed25519_key::from_seed(const key_seed& seed) {
    const auto bytes = seed.bytes();
    EVP_PKEY* native = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(bytes), bytes.size());
    openssl_require(native != nullptr, "making an Ed25519 key");
    return ed25519_key({native, openssl_deleter{}});
}

ed25519_key ed25519_key::from_native(EVP_PKEY* native) {
    openssl_require(native != nullptr && EVP_PKEY_up_ref(native) == 1, "sharing a key");
    ed25519_key key({native, openssl_deleter{}});
    static_cast<void>(key.seed());
    return key;
}

key_seed ed25519_key::seed() const {
    key_seed seed;
    std::size_t size = seed.writable().size();
    const int ok = EVP_PKEY_get_raw_private_key(native_.get(), raw_out(seed.writable()), &size);
    openssl_require(ok == 1 && size == seed.bytes().size(), "reading an Ed25519 private key");
    return seed;
}

signature ed25519_key::sign(const_bytes message) const {
    signature mark{};
    std::size_t size = mark.size();
    const openssl_handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const bool ok = context != nullptr &&
                    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, native_.get()) == 1 &&
                    EVP_DigestSign(context.get(), raw_out(mark), &size, raw(message), message.size()) == 1;
    openssl_require(ok && size == mark.size(), "signing");
    return mark;
}

bool verify_signature(public_key_view key, const_bytes message, signature_view mark) {
    const openssl_handle<EVP_PKEY> native(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key), key.size()));
    const openssl_handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const bool ok =
        native != nullptr && context != nullptr &&
        EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, native.get()) == 1 &&
        EVP_DigestVerify(context.get(), raw(mark), mark.size(), raw(message), message.size()) == 1;
    ERR_clear_error();
    return ok;
}

}  // namespace common::trust
