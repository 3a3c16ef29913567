#include "protocol/session/handshake.hpp"

#include "protocol/frame/decoder.hpp"
#include "tests/catch.hpp"

using namespace protocol;
using session::client_handshake;
using session::client_phase;
using session::link_security;
using session::server_handshake;
using session::server_phase;

namespace {

frame::view view_of(const std::vector<std::byte>& bytes) {
    frame::decoder frames{limits::handshake_payload_bytes_max};
    const auto step = frames.next(wire::bytes_view{bytes});
    REQUIRE(step.state == frame::decoder::state::ready);
    REQUIRE(step.frame_bytes == bytes.size());
    return step.frame;
}

client_handshake make_client(link_security security, error_code verdict = error_code::none) {
    return client_handshake{security,
                            [](const session::greeting* greeting) {
                                session::hello hello{.agent = "test"};
                                if (greeting != nullptr) hello.nonce = greeting->nonce;
                                return hello;
                            },
                            [verdict](const session::welcome&) { return verdict; }};
}

}  // namespace

TEST_CASE("over TLS the client speaks first and is up after Welcome") {
    client_handshake client = make_client(link_security::tls);
    server_handshake server;
    const auto hello = client.start();
    server.on_frame(view_of(hello));
    REQUIRE(server.phase() == server_phase::deciding);
    CHECK(server.hello().agent == "test");
    const auto welcome = server.admit({.session_epoch = 7, .server_name = "den", .rights = "all"});
    CHECK(server.phase() == server_phase::up);
    CHECK(client.on_frame(view_of(welcome)).empty());
    REQUIRE(client.phase() == client_phase::up);
    CHECK(client.accepted().session_epoch == 7);
    CHECK(client.server_name() == "den");
    CHECK(client.rights() == "all");
}

TEST_CASE("in plaintext the server greets first and its nonce reaches Hello") {
    client_handshake client = make_client(link_security::plaintext);
    CHECK(client.start().empty());
    session::greeting greeting;
    greeting.nonce[0] = std::byte{0x5a};
    const auto hello = client.on_frame(view_of(server_handshake::greet(greeting)));
    server_handshake server;
    server.on_frame(view_of(hello));
    REQUIRE(server.phase() == server_phase::deciding);
    CHECK(server.hello().nonce == greeting.nonce);
}

TEST_CASE("the client does not go on when the server has proved nothing") {
    client_handshake client = make_client(link_security::tls, error_code::not_authorised);
    client.on_frame(view_of(frame::encode(session::welcome{})));
    CHECK(client.phase() == client_phase::failed);
    CHECK(client.error().code == error_code::not_authorised);
    CHECK_FALSE(client.error().from_peer);
}

TEST_CASE("a refusal reaches the client with code, delay and reason") {
    server_handshake server;
    server.on_frame(view_of(make_client(link_security::tls).start()));
    const auto bytes = server.refuse(error_code::server_full, 1500, "come back later");
    CHECK(server.phase() == server_phase::failed);
    client_handshake client = make_client(link_security::tls);
    client.on_frame(view_of(bytes));
    CHECK(client.phase() == client_phase::failed);
    CHECK(client.error().from_peer);
    CHECK(client.error().code == error_code::server_full);
    CHECK(client.error().retry_after_ms == 1500);
    CHECK(client.error().reason == "come back later");
}

TEST_CASE("anything but the one expected frame ends the handshake") {
    const std::vector<std::vector<std::byte>> wrong{
        frame::encode(session::ping{}), frame::encode(session::bye{}), frame::encode(session::greeting{})};
    for (const auto& bytes : wrong) {
        server_handshake server;
        server.on_frame(view_of(bytes));
        CHECK(server.phase() == server_phase::failed);
        CHECK(server.error().code == error_code::unexpected);
        client_handshake client = make_client(link_security::tls);
        client.on_frame(view_of(bytes));
        CHECK(client.phase() == client_phase::failed);
        CHECK(client.error().code == error_code::unexpected);
    }
    server_handshake server;
    const auto hello = make_client(link_security::tls).start();
    server.on_frame(view_of(hello));
    server.on_frame(view_of(hello));
    CHECK(server.phase() == server_phase::failed);
}

TEST_CASE("versions are negotiated to the highest in common, or refused with advice") {
    const struct {
        std::uint16_t low, high;
        server_phase expected;
        error_code error;
    } rows[] = {
        {1, 1, server_phase::deciding, error_code::none},
        {1, 9, server_phase::deciding, error_code::none},
        {2, 9, server_phase::failed, error_code::version_mismatch},
        {0, 0, server_phase::failed, error_code::version_mismatch},
        {9, 1, server_phase::failed, error_code::malformed},
    };
    for (const auto& row : rows) {
        INFO(row.low << ".." << row.high);
        server_handshake server;
        server.on_frame(
            view_of(frame::encode(session::hello{.version_min = row.low, .version_max = row.high})));
        CHECK(server.phase() == row.expected);
        CHECK(server.error().code == row.error);
        if (server.phase() != server_phase::deciding) continue;
        session::welcome welcome;
        REQUIRE(wire::decode(view_of(server.admit({})).payload, welcome) == error_code::none);
        CHECK(welcome.version == 1);
    }
}

TEST_CASE("a Hello that cannot be read is refused, whatever byte is missing") {
    const auto whole = make_client(link_security::tls).start();
    const frame::view fine = view_of(whole);
    for (std::size_t size = 0; size < fine.payload.size(); ++size) {
        server_handshake server;
        server.on_frame({fine.header, wire::bytes_view{fine.payload.first(size)}});
        CHECK(server.phase() == server_phase::failed);
        CHECK(server.error().code == error_code::malformed);
    }
}
