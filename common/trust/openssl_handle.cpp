#include "common/trust/openssl_handle.hpp"

#include <openssl/err.h>

#include <array>
#include <stdexcept>
#include <string>

namespace common::trust {

void openssl_require(bool ok, const char* what) {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    if (ok) return;
    std::array<char, 256> reason{"no reason given"};
    if (code != 0) ERR_error_string_n(code, reason.data(), reason.size());
    throw std::runtime_error(std::string("OpenSSL: ") + what + " failed: " + reason.data());
}

}  // namespace common::trust
