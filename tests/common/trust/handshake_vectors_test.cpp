// The published vectors of docs/handshake-vectors.md against the code.
#include "common/trust/handshake_crypto.hpp"
#include "common/trust/text_codec.hpp"
#include "tests/catch.hpp"

#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace common::trust;

namespace {

std::map<std::string, std::string> read_vectors() {
    std::ifstream document(SLUICE_SOURCE_DIR "/docs/handshake-vectors.md");
    std::map<std::string, std::string> vectors;
    bool inside = false;
    for (std::string line; std::getline(document, line);) {
        if (line.starts_with("```")) {
            inside = line == "```vectors";
        } else if (inside) {
            const std::size_t mark = line.find(" = ");
            REQUIRE(mark != std::string::npos);
            vectors[line.substr(0, mark)] = line.substr(mark + 3);
        }
    }
    return vectors;
}

template <std::size_t size>
std::array<std::byte, size> bytes_in(const std::string& hex) {
    std::array<std::byte, size> bytes{};
    REQUIRE(from_hex(hex, bytes));
    return bytes;
}

}  // namespace

TEST_CASE("handshake vectors: keys and token derive as published") {
    const auto v = read_vectors();
    for (const std::string side : {"client", "server"}) {
        const auto key = ed25519_key::from_seed(key_seed(bytes_in<32>(v.at(side + "_seed"))));
        CHECK(to_hex(key.public_bytes()) == v.at(side + "_public"));
        CHECK(to_text(fingerprint_of(key.public_bytes())) == v.at(side + "_fingerprint"));
    }
    CHECK(key_id(bytes_in<32>(v.at("client_public"))) == v.at("client_key_id"));
    const auto shared = token::parse(v.at("token_text"));
    REQUIRE(shared);
    CHECK(to_hex(shared->bytes()) == v.at("token_bytes"));
    CHECK(shared->text().view() == v.at("token_text"));
    CHECK(to_hex(shared->key().bytes()) == v.at("token_key"));
    CHECK(to_hex(id_of(shared->key())) == v.at("token_id"));
}

TEST_CASE("handshake vectors: signatures and proofs over TLS are as published") {
    const auto v = read_vectors();
    const auto client = ed25519_key::from_seed(key_seed(bytes_in<32>(v.at("client_seed"))));
    const auto server = parse_fingerprint(v.at("server_fingerprint"));
    REQUIRE(server);
    const token_key key(bytes_in<32>(v.at("token_key")));
    for (const std::string app : {"chat", "upload"}) {
        const channel on{v.at(app + "_alpn"), bytes_in<32>(v.at(app + "_binding"))};
        const auto mark = bytes_in<64>(v.at(app + "_client_auth_signature"));
        CHECK(to_hex(client_auth_message(on, *server, client.public_bytes())) ==
              v.at(app + "_client_auth_message"));
        CHECK(sign_client_auth(client, on, *server) == mark);
        CHECK(verify_client_auth(on, *server, client.public_bytes(), mark));
        CHECK(to_hex(client_token_proof(key, on, client.public_bytes())) ==
              v.at(app + "_client_token_proof"));
        CHECK(to_hex(server_token_proof(key, on, client.public_bytes())) ==
              v.at(app + "_server_token_proof"));
    }
}

TEST_CASE("handshake vectors: binding and signatures without TLS are as published") {
    const auto v = read_vectors();
    const auto client = ed25519_key::from_seed(key_seed(bytes_in<32>(v.at("client_seed"))));
    const auto server = ed25519_key::from_seed(key_seed(bytes_in<32>(v.at("server_seed"))));
    const channel on = plaintext_channel(v.at("plain_alpn"), bytes_in<32>(v.at("plain_server_nonce")),
                                         bytes_in<32>(v.at("plain_client_nonce")), server.public_bytes());
    const auto mark = bytes_in<64>(v.at("plain_server_auth_signature"));
    CHECK(to_hex(on.binding) == v.at("plain_binding"));
    CHECK(to_hex(server_auth_message(on, client.public_bytes())) == v.at("plain_server_auth_message"));
    CHECK(sign_server_auth(server, on, client.public_bytes()) == mark);
    CHECK(verify_server_auth(on, server.public_bytes(), client.public_bytes(), mark));
    const auto client_mark = sign_client_auth(client, on, fingerprint_of(server.public_bytes()));
    CHECK(to_hex(client_mark) == v.at("plain_client_auth_signature"));
}
