#include "common/trust/handshake_crypto.hpp"

#include "common/trust/text_codec.hpp"
#include "tests/catch.hpp"

#include <functional>
#include <vector>

using namespace common::trust;

namespace {

key_seed seed_of(unsigned char fill) {
    key_seed seed;
    for (std::byte& byte : seed.writable()) byte = std::byte{fill};
    return seed;
}

struct parties {
    ed25519_key client = ed25519_key::from_seed(seed_of(1));
    ed25519_key server = ed25519_key::from_seed(seed_of(2));
    fingerprint server_print = fingerprint_of(server.public_bytes());
    channel on{"sluice-chat/1", sha256(bytes_of("one connection"))};
};

// Runs `check` once for every single-bit change of every byte of `bytes`.
void for_each_flip(std::span<std::byte> bytes, const std::function<void()>& check) {
    for (std::byte& byte : bytes)
        for (unsigned bit = 0; bit < 8; ++bit) {
            byte ^= std::byte{1} << bit;
            check();
            byte ^= std::byte{1} << bit;
        }
}

}  // namespace

TEST_CASE("handshake fields are preceded by their lengths, so that no two lists look alike") {
    CHECK(to_hex(join_fields({bytes_of("ab"), bytes_of(""), bytes_of("c")})) ==
          "000000026162000000000000000163");
    CHECK(join_fields({bytes_of("ab"), bytes_of("c")}) != join_fields({bytes_of("a"), bytes_of("bc")}));
}

TEST_CASE("a client signature holds for its connection, server and application only") {
    parties p;
    const signature mark = sign_client_auth(p.client, p.on, p.server_print);
    const auto holds = [&](const channel& on, const fingerprint& server) {
        return verify_client_auth(on, server, p.client.public_bytes(), mark);
    };
    CHECK(holds(p.on, p.server_print));
    // A man in the middle has another connection to each side, hence another binding.
    CHECK_FALSE(holds({p.on.alpn, sha256(bytes_of("another connection"))}, p.server_print));
    CHECK_FALSE(holds({"sluice-upload/1", p.on.binding}, p.server_print));
    CHECK_FALSE(holds(p.on, fingerprint_of(p.client.public_bytes())));
    CHECK_FALSE(verify_client_auth(p.on, p.server_print, p.server.public_bytes(), mark));
}

TEST_CASE("a client signature does not survive the change of any bit") {
    parties p;
    signature mark = sign_client_auth(p.client, p.on, p.server_print);
    public_key key = p.client.public_bytes();
    const auto refused = [&] { CHECK_FALSE(verify_client_auth(p.on, p.server_print, key, mark)); };
    for_each_flip(mark, refused);
    for_each_flip(key, refused);
    for_each_flip(p.on.binding, refused);
    for_each_flip(p.server_print.bytes, refused);
    CHECK(verify_client_auth(p.on, p.server_print, key, mark));
}

TEST_CASE("token proofs differ by side, connection, client, application and token") {
    const parties p;
    const token_key key = token(secret<16>{}).key();
    const auto client = p.client.public_bytes();
    const channel elsewhere{p.on.alpn, sha256(bytes_of("another connection"))};
    const channel other_app{"sluice-upload/1", p.on.binding};
    const std::vector<proof> all{
        client_token_proof(key, p.on, client),
        server_token_proof(key, p.on, client),
        client_token_proof(key, elsewhere, client),
        server_token_proof(key, elsewhere, client),
        client_token_proof(key, other_app, client),
        client_token_proof(key, p.on, p.server.public_bytes()),
        client_token_proof(token::generate().key(), p.on, client),
    };
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < all.size(); ++j) CHECK(proofs_match(all[i], all[j]) == (i == j));
}

TEST_CASE("a token proof does not survive the change of any bit") {
    const parties p;
    const token_key key = token::generate().key();
    const proof expected = client_token_proof(key, p.on, p.client.public_bytes());
    proof given = expected;
    for_each_flip(given, [&] { CHECK_FALSE(proofs_match(expected, given)); });
    CHECK(proofs_match(expected, given));
}

TEST_CASE("without TLS the binding depends on both nonces and the server's key") {
    const parties p;
    const digest a = sha256(bytes_of("a"));
    const digest b = sha256(bytes_of("b"));
    const auto binding = [](const digest& server_nonce, const digest& client_nonce,
                            const ed25519_key& server) {
        return plaintext_channel("sluice-chat/1", server_nonce, client_nonce, server.public_bytes()).binding;
    };
    CHECK(binding(a, b, p.server) == binding(a, b, p.server));
    CHECK(binding(a, b, p.server) != binding(b, a, p.server));
    CHECK(binding(a, b, p.server) != binding(a, a, p.server));
    CHECK(binding(a, b, p.server) != binding(a, b, p.client));
}

TEST_CASE("without TLS the server's signature holds for one client and one pair of nonces") {
    parties p;
    signature mark = sign_server_auth(p.server, p.on, p.client.public_bytes());
    const auto refused = [&] {
        CHECK_FALSE(verify_server_auth(p.on, p.server.public_bytes(), p.client.public_bytes(), mark));
    };
    CHECK(verify_server_auth(p.on, p.server.public_bytes(), p.client.public_bytes(), mark));
    CHECK_FALSE(verify_server_auth(p.on, p.server.public_bytes(), p.server.public_bytes(), mark));
    CHECK_FALSE(verify_client_auth(p.on, p.server_print, p.server.public_bytes(), mark));
    for_each_flip(mark, refused);
    for_each_flip(p.on.binding, refused);
}

TEST_CASE("a token is 26 characters of base32, in either case, with no stray bits") {
    const auto text = std::string("UCQ2FI5EUWTKPKFJVKV2ZLNOV4");
    REQUIRE(token::parse(text));
    CHECK(to_hex(token::parse(text)->bytes()) == "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
    CHECK(token::parse("ucq2fi5euwtkpkfjvkv2zlnov4"));
    for (const std::string bad :
         {"", "UCQ2FI5EUWTKPKFJVKV2ZLNOV", "UCQ2FI5EUWTKPKFJVKV2ZLNOV44", "UCQ2FI5EUWTKPKFJVKV2ZLNOV5",
          "UCQ2FI5EUWTKPKFJVKV2ZLNO14", "UCQ2FI5EUWTKPKFJVKV2ZLNO=4"})
        CHECK_FALSE(token::parse(bad));
}

TEST_CASE("made tokens differ and survive their text") {
    const token a = token::generate();
    const token b = token::generate();
    CHECK_FALSE(a.text().view() == b.text().view());
    CHECK(a.text().view().size() == token_chars);
    CHECK(id_of(token::parse(a.text().view())->key()) == id_of(a.key()));
}
