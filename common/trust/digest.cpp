#include "common/trust/digest.hpp"

#include "common/trust/openssl_handle.hpp"

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace common::trust {
namespace {

// OpenSSL's parameters take mutable pointers and only read them.
OSSL_PARAM octets(const char* name, const_bytes bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::byte*>(bytes.data()), bytes.size());
}

}  // namespace

// Finding the algorithm, making a context and emptying the error queue take longer than to hash a message.
digest sha256(const_bytes message) {
    static const openssl_handle<EVP_MD> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    static thread_local const openssl_handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
    digest out{};
    const bool ok = context != nullptr && EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), message.data(), message.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), raw_out(out), nullptr) == 1;
    if (!ok) openssl_require(ok, "SHA-256");
    return out;
}

digest hmac_sha256(const_bytes key, const_bytes message) {
    digest out{};
    const auto* ok = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(message),
                          message.size(), raw_out(out), nullptr);
    openssl_require(ok != nullptr, "HMAC");
    return out;
}

secret<32> hkdf_sha256(const_bytes input_key, const_bytes info) {
    const openssl_handle<EVP_KDF> kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
    const openssl_handle<EVP_KDF_CTX> context(EVP_KDF_CTX_new(kdf.get()));
    openssl_require(context != nullptr, "HKDF set-up");
    char hash_name[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash_name, 0),
                                 octets(OSSL_KDF_PARAM_KEY, input_key), octets(OSSL_KDF_PARAM_INFO, info),
                                 OSSL_PARAM_construct_end()};
    secret<32> out;
    const int ok = EVP_KDF_derive(context.get(), raw_out(out.writable()), out.writable().size(), params);
    openssl_require(ok == 1, "HKDF");
    return out;
}

void fill_random(std::span<std::byte> out) {
    openssl_require(RAND_priv_bytes(raw_out(out), static_cast<int>(out.size())) == 1, "the random generator");
}

}  // namespace common::trust
