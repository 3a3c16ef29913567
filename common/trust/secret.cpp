#include "common/trust/secret.hpp"

#include <openssl/crypto.h>

namespace common::trust {

void wipe(std::span<std::byte> bytes) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

bool constant_time_equal(const_bytes a, const_bytes b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

secret_text& secret_text::operator=(secret_text&& other) noexcept {
    if (this != &other) {
        clear();
        take(other);
    }
    return *this;
}

void secret_text::take(secret_text& other) {
    text_.swap(other.text_);
    other.clear();
}

void secret_text::clear() {
    // The whole capacity: a string that shrank, or a moved short one, leaves its old bytes behind the end.
    text_.resize(text_.capacity());
    wipe(std::as_writable_bytes(std::span{text_}));
    text_.clear();
}

}  // namespace common::trust
