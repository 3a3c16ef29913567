#include "common/trust/token.hpp"

#include "common/trust/digest.hpp"
#include "common/trust/text_codec.hpp"

namespace common::trust {

token token::generate() {
    secret<16> bits;
    fill_random(bits.writable());
    return token(bits);
}

std::optional<token> token::parse(std::string_view text) {
    secret<16> bits;
    if (!from_base32(text, bits.writable())) return std::nullopt;
    return token(bits);
}

secret_text token::text() const {
    return secret_text(to_base32(bits_.bytes()));
}

token_key token::key() const {
    return hkdf_sha256(bits_.bytes(), bytes_of("sluice/1 token"));
}

token_id id_of(const token_key& key) {
    const digest whole = sha256(key.bytes());
    token_id id{};
    std::copy_n(whole.begin(), id.size(), id.begin());
    return id;
}

}  // namespace common::trust
