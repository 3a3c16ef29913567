// Owners for OpenSSL objects, and how its set-up failures become exceptions.
#pragma once

#include "common/seam/byte_transport.hpp"

#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <span>

namespace common::trust {

struct openssl_deleter {
    void operator()(BIO* object) const { BIO_free_all(object); }
    void operator()(EVP_KDF* object) const { EVP_KDF_free(object); }
    void operator()(EVP_KDF_CTX* object) const { EVP_KDF_CTX_free(object); }
    void operator()(EVP_MD* object) const { EVP_MD_free(object); }
    void operator()(EVP_MD_CTX* object) const { EVP_MD_CTX_free(object); }
    void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
    void operator()(SSL* object) const { SSL_free(object); }
    void operator()(SSL_CTX* object) const { SSL_CTX_free(object); }
    void operator()(X509* object) const { X509_free(object); }
};

template <class object>
using openssl_handle = std::unique_ptr<object, openssl_deleter>;

// OpenSSL speaks of unsigned char.
inline const unsigned char* raw(seam::const_bytes bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* raw_out(std::span<std::byte> bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

// Throws std::runtime_error naming `what` unless `ok`; empties OpenSSL's error queue either way.
void openssl_require(bool ok, const char* what);

}  // namespace common::trust
