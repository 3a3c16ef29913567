// What the two sides of a connection sign and prove, as functions on bytes.
//
// Everything is bound to one connection by its channel: the application's ALPN name and 32 bytes that only
// this connection has (the TLS exporter of RFC 9266, or, without TLS, a hash over both sides' nonces and the
// server's key). A signature or proof carried over to another connection therefore verifies nowhere.
//
// Every signed or authenticated string is a list of fields, the first of which names its purpose; each field
// is preceded by its length as four bytes, most significant first. docs/handshake-vectors.md has examples.
#pragma once

#include "common/trust/digest.hpp"
#include "common/trust/ed25519.hpp"
#include "common/trust/token.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace common::trust {

struct channel {
    std::string alpn;
    std::array<std::byte, 32> binding{};
};

using nonce_view = std::span<const std::byte, 32>;
using proof = digest;
using proof_view = std::span<const std::byte, 32>;

std::vector<std::byte> join_fields(std::initializer_list<const_bytes> fields);

// "I am this client, speaking to this server, on this connection."
std::vector<std::byte> client_auth_message(const channel& on, const fingerprint& server,
                                           public_key_view client);
signature sign_client_auth(const ed25519_key& client, const channel& on, const fingerprint& server);
bool verify_client_auth(const channel& on, const fingerprint& server, public_key_view client,
                        signature_view mark);

// "I know the token": the client's proof goes first, and the client stores the server's pin only after the
// server's. Compare with proofs_match() alone.
proof client_token_proof(const token_key& key, const channel& on, public_key_view client);
proof server_token_proof(const token_key& key, const channel& on, public_key_view client);
bool proofs_match(proof_view a, proof_view b);

// Without TLS the server has not shown its key yet, so it signs as well. This authenticates the two ends of
// the handshake and nothing that follows: anyone on the path can read and change it.
channel plaintext_channel(std::string_view alpn, nonce_view server_nonce, nonce_view client_nonce,
                          public_key_view server);
std::vector<std::byte> server_auth_message(const channel& on, public_key_view client);
signature sign_server_auth(const ed25519_key& server, const channel& on, public_key_view client);
bool verify_server_auth(const channel& on, public_key_view server, public_key_view client,
                        signature_view mark);

}  // namespace common::trust
