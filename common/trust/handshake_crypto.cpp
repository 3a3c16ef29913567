#include "common/trust/handshake_crypto.hpp"

#include "common/trust/text_codec.hpp"

namespace common::trust {
namespace {

proof token_proof(std::string_view side, const token_key& key, const channel& on, public_key_view client) {
    return hmac_sha256(key.bytes(), join_fields({bytes_of(side), bytes_of(on.alpn), on.binding, client}));
}

}  // namespace

std::vector<std::byte> join_fields(std::initializer_list<const_bytes> fields) {
    std::vector<std::byte> joined;
    for (const const_bytes field : fields) {
        for (const unsigned shift : {24U, 16U, 8U, 0U})
            joined.push_back(static_cast<std::byte>(field.size() >> shift));
        joined.insert(joined.end(), field.begin(), field.end());
    }
    return joined;
}

std::vector<std::byte> client_auth_message(const channel& on, const fingerprint& server,
                                           public_key_view client) {
    return join_fields({bytes_of("sluice/1 auth"), bytes_of(on.alpn), on.binding, server.bytes, client});
}

signature sign_client_auth(const ed25519_key& client, const channel& on, const fingerprint& server) {
    return client.sign(client_auth_message(on, server, client.public_bytes()));
}

bool verify_client_auth(const channel& on, const fingerprint& server, public_key_view client,
                        signature_view mark) {
    return verify_signature(client, client_auth_message(on, server, client), mark);
}

proof client_token_proof(const token_key& key, const channel& on, public_key_view client) {
    return token_proof("c", key, on, client);
}

proof server_token_proof(const token_key& key, const channel& on, public_key_view client) {
    return token_proof("s", key, on, client);
}

bool proofs_match(proof_view a, proof_view b) {
    return constant_time_equal(a, b);
}

channel plaintext_channel(std::string_view alpn, nonce_view server_nonce, nonce_view client_nonce,
                          public_key_view server) {
    const auto fields = join_fields({bytes_of("sluice/1 plaintext"), server_nonce, client_nonce, server});
    return {std::string(alpn), sha256(fields)};
}

std::vector<std::byte> server_auth_message(const channel& on, public_key_view client) {
    return join_fields({bytes_of("sluice/1 server"), bytes_of(on.alpn), on.binding, client});
}

signature sign_server_auth(const ed25519_key& server, const channel& on, public_key_view client) {
    return server.sign(server_auth_message(on, client));
}

bool verify_server_auth(const channel& on, public_key_view server, public_key_view client,
                        signature_view mark) {
    return verify_signature(server, server_auth_message(on, client), mark);
}

}  // namespace common::trust
