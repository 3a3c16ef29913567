#include "common/trust/tls_context.hpp"

#include "common/trust/text_codec.hpp"
#include "tests/catch.hpp"
#include "tests/common/trust/scratch_folder.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <vector>

using namespace common::trust;

namespace {

using verdict = pin_check::verdict;

const tls_options no_keylog{};
const server_key the_server = make_server_key(ed25519_key::generate());

struct ends {
    openssl_handle<SSL> server;
    openssl_handle<SSL> client;
};

// Joins the two ends in memory and shakes hands until both are done or one has failed.
bool shake_hands(ends& both) {
    BIO* server_bio = nullptr;
    BIO* client_bio = nullptr;
    REQUIRE(BIO_new_bio_pair(&server_bio, 0, &client_bio, 0) == 1);
    SSL_set_bio(both.server.get(), server_bio, server_bio);
    SSL_set_bio(both.client.get(), client_bio, client_bio);
    for (int turn = 0; turn < 20; ++turn) {
        bool waiting = false;
        for (SSL* ssl : {both.client.get(), both.server.get()}) {
            ERR_clear_error();
            const int done = SSL_do_handshake(ssl);
            if (done == 1) continue;
            if (SSL_get_error(ssl, done) != SSL_ERROR_WANT_READ) return false;
            waiting = true;
        }
        if (!waiting) return true;
    }
    return false;
}

ends connect(const tls_context& server, const tls_context& client, pin_check& check) {
    return {server.new_connection(), client.new_connection(check)};
}

tls_context chat_server() {
    return tls_context::server(the_server, application::chat, no_keylog);
}
tls_context chat_client() {
    return tls_context::client(application::chat, no_keylog);
}

// A client that obeys no rules of ours.
ends connect_with_foreign_client(const tls_context& server, SSL_CTX* foreign) {
    ends both{server.new_connection(), openssl_handle<SSL>(SSL_new(foreign))};
    SSL_set_connect_state(both.client.get());
    return both;
}

void offer_alpn(SSL_CTX* context, std::string_view name) {
    const std::string offer = static_cast<char>(name.size()) + std::string(name);
    SSL_CTX_set_alpn_protos(context, raw(bytes_of(offer)), static_cast<unsigned>(offer.size()));
}

}  // namespace

TEST_CASE("a TLS client without a pin records the key that it saw") {
    pin_check check;
    ends both = connect(chat_server(), chat_client(), check);
    REQUIRE(shake_hands(both));
    CHECK(check.result == verdict::accepted);
    CHECK(check.seen == the_server.print());
}

TEST_CASE("a TLS client with the right pin connects, with a wrong one it stops before it says anything") {
    pin_check right{the_server.print(), {}, {}};
    ends good = connect(chat_server(), chat_client(), right);
    CHECK(shake_hands(good));
    pin_check wrong{fingerprint_of(ed25519_key::generate().public_bytes()), {}, {}};
    ends bad = connect(chat_server(), chat_client(), wrong);
    CHECK_FALSE(shake_hands(bad));
    CHECK(wrong.result == verdict::wrong_key);
    CHECK(wrong.seen == the_server.print());
    CHECK_FALSE(tls_channel(bad.client.get()));
}

TEST_CASE("both ends of a TLS connection have the same binding, two connections never") {
    pin_check check;
    ends first = connect(chat_server(), chat_client(), check);
    ends second = connect(chat_server(), chat_client(), check);
    REQUIRE(shake_hands(first));
    REQUIRE(shake_hands(second));
    const auto server_side = tls_channel(first.server.get());
    const auto client_side = tls_channel(first.client.get());
    const auto elsewhere = tls_channel(second.client.get());
    REQUIRE((server_side && client_side && elsewhere));
    CHECK(server_side->alpn == "sluice-chat/1");
    CHECK(server_side->binding == client_side->binding);
    CHECK(server_side->binding != elsewhere->binding);
}

TEST_CASE("a signature relayed by a man in the middle does not verify") {
    // The middle man has a connection to each side; the client did not pin, and he passes everything on.
    const auto middle_key = make_server_key(ed25519_key::generate());
    pin_check fooled;
    pin_check middle_check;
    ends left = connect(tls_context::server(middle_key, application::chat, no_keylog), chat_client(), fooled);
    ends right = connect(chat_server(), chat_client(), middle_check);
    REQUIRE(shake_hands(left));
    REQUIRE(shake_hands(right));
    const auto client = ed25519_key::generate();
    const token_key shared = token::generate().key();
    const auto client_side = tls_channel(left.client.get());
    const auto server_side = tls_channel(right.server.get());
    REQUIRE((client_side && server_side));

    const auto mark = sign_client_auth(client, *client_side, *fooled.seen);
    CHECK_FALSE(verify_client_auth(*server_side, the_server.print(), client.public_bytes(), mark));
    const auto claimed = client_token_proof(shared, *client_side, client.public_bytes());
    CHECK_FALSE(proofs_match(claimed, client_token_proof(shared, *server_side, client.public_bytes())));
    const auto answered = server_token_proof(shared, *server_side, client.public_bytes());
    CHECK_FALSE(proofs_match(answered, server_token_proof(shared, *client_side, client.public_bytes())));
}

TEST_CASE("programs of different applications do not connect, even with the same key") {
    pin_check check{the_server.print(), {}, {}};
    ends both = connect(chat_server(), tls_context::client(application::upload, no_keylog), check);
    CHECK_FALSE(shake_hands(both));
    CHECK(check.result == verdict::not_reached);
}

TEST_CASE("a TLS server refuses old versions, other suites, other groups and clients without ALPN") {
    const auto server = chat_server();
    const auto connects = [&](void (*set_up)(SSL_CTX*)) {
        const openssl_handle<SSL_CTX> foreign(SSL_CTX_new(TLS_client_method()));
        offer_alpn(foreign.get(), "sluice-chat/1");
        set_up(foreign.get());
        ends both = connect_with_foreign_client(server, foreign.get());
        return shake_hands(both);
    };
    CHECK(connects([](SSL_CTX*) {}));
    CHECK_FALSE(connects([](SSL_CTX* c) { SSL_CTX_set_max_proto_version(c, TLS1_2_VERSION); }));
    CHECK_FALSE(connects([](SSL_CTX* c) { SSL_CTX_set1_groups_list(c, "P-256"); }));
    CHECK_FALSE(connects([](SSL_CTX* c) { SSL_CTX_set_ciphersuites(c, "TLS_AES_128_CCM_SHA256"); }));
    CHECK_FALSE(connects([](SSL_CTX* c) { SSL_CTX_set_alpn_protos(c, nullptr, 0); }));
    CHECK_FALSE(connects([](SSL_CTX* c) { offer_alpn(c, "h2"); }));
    CHECK_FALSE(connects([](SSL_CTX* c) { offer_alpn(c, "sluice-chat/1x"); }));
}

TEST_CASE("a TLS client refuses a server that agrees on no application") {
    // A plain TLS server ignores the offer and goes on without ALPN; the pin alone would be right.
    const openssl_handle<SSL_CTX> foreign(SSL_CTX_new(TLS_server_method()));
    REQUIRE(SSL_CTX_use_certificate(foreign.get(), the_server.certificate.get()) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey(foreign.get(), the_server.key.native()) == 1);
    pin_check check{the_server.print(), {}, {}};
    ends both{openssl_handle<SSL>(SSL_new(foreign.get())), chat_client().new_connection(check)};
    SSL_set_accept_state(both.server.get());
    CHECK_FALSE(shake_hands(both));
    CHECK(check.result == verdict::wrong_application);
}

TEST_CASE("a TLS client does not take in a huge certificate") {
    const auto serves = [](std::size_t comment_bytes) {
        const auto key = ed25519_key::generate();
        const auto made = make_server_key(key);
        const std::string comment(comment_bytes, 'a');
        X509_EXTENSION* extension =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_netscape_comment, comment.c_str());
        REQUIRE(X509_add_ext(made.certificate.get(), extension, -1) == 1);
        X509_EXTENSION_free(extension);
        REQUIRE(X509_sign(made.certificate.get(), key.native(), nullptr) > 0);
        pin_check check;
        ends both = connect(tls_context::server(made, application::chat, no_keylog), chat_client(), check);
        return shake_hands(both);
    };
    CHECK(serves(7'000));
    CHECK_FALSE(serves(9'000));
}

TEST_CASE("TLS prefers AES-128-GCM and issues no ticket") {
    pin_check check;
    ends both = connect(chat_server(), chat_client(), check);
    REQUIRE(shake_hands(both));
    CHECK(std::string(SSL_get_cipher_name(both.server.get())) == "TLS_AES_128_GCM_SHA256");
    char byte = 0;
    CHECK(SSL_read(both.client.get(), &byte, 1) <= 0);
    CHECK(SSL_SESSION_has_ticket(SSL_get_session(both.client.get())) == 0);
    CHECK(SSL_SESSION_get_max_early_data(SSL_get_session(both.client.get())) == 0);
}

TEST_CASE("a TLS context may go away before its connections") {
    pin_check check;
    ends both{chat_server().new_connection(), chat_client().new_connection(check)};
    CHECK(shake_hands(both));
}

TEST_CASE("the key log holds the secrets of a connection in a private file") {
    const tests::scratch_folder scratch;
    const tls_options options{scratch.path_of("keys")};
    pin_check check;
    ends both = connect(tls_context::server(the_server, application::chat, options), chat_client(), check);
    REQUIRE(shake_hands(both));
    CHECK(tests::contains(scratch.read("keys"), "CLIENT_TRAFFIC_SECRET_0 "));
    CHECK(tests::contains(scratch.read("keys"), "EXPORTER_SECRET "));
    CHECK(scratch.mode("keys") == 0600);
    const auto why = tests::failure_of([&] { tls_context::client(application::chat, {scratch.path()}); });
    CHECK(tests::contains(why, "cannot open"));
}
