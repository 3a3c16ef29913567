#include "common/transport/tls_engine.hpp"

#include "common/transport/error.hpp"
#include "common/trust/tls_context.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <numeric>

using namespace common::transport;
namespace trust = common::trust;
namespace seam = common::seam;
using status = tls_engine::status;

namespace {

seam::const_bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

const trust::server_key& server_key() {
    static const trust::server_key key = trust::make_server_key(trust::ed25519_key::generate());
    return key;
}

// Two engines and the wire between them, which hands over `step` bytes at a time.
struct pair_of_engines {
    explicit pair_of_engines(std::size_t bytes_per_step = SIZE_MAX,
                             trust::application client_app = trust::application::chat)
        : step(bytes_per_step),
          server_context(trust::tls_context::server(server_key(), trust::application::chat, {})),
          client_context(trust::tls_context::client(client_app, {})),
          server(server_context.new_connection(), buffers),
          client(client_context.new_connection(check), buffers) {}

    static void move_some(tls_engine& from, tls_engine& to, std::size_t most) {
        const auto sent = from.output().first(std::min(most, from.output().size()));
        const std::vector<std::byte> wire(sent.begin(), sent.end());
        from.drop_output(wire.size());
        to.feed(wire);
        to.keep_unread();
    }

    // Both statuses once nobody has anything to say.
    std::pair<status, status> shake_hands() {
        status client_status = client.handshake();
        status server_status = status::wants_input;
        while (!client.output().empty() || !server.output().empty()) {
            move_some(client, server, step);
            server_status = server.handshake();
            move_some(server, client, step);
            client_status = client.handshake();
        }
        return {client_status, server_status};
    }

    std::size_t step;
    tls_buffers buffers;
    trust::pin_check check;
    trust::tls_context server_context;
    trust::tls_context client_context;
    tls_engine server;
    tls_engine client;
};

std::string read_all(tls_engine& engine, status& last) {
    std::string text(400'000, '\0');
    const auto got = engine.read(std::as_writable_bytes(std::span(text)));
    last = got.state;
    text.resize(got.bytes);
    return text;
}

}  // namespace

TEST_CASE("tls_engine shakes hands when the wire delivers any number of bytes at a time") {
    for (const std::size_t step :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{100}, SIZE_MAX}) {
        CAPTURE(step);
        pair_of_engines pair(step);
        const auto [client, server] = pair.shake_hands();
        REQUIRE(client == status::ok);
        REQUIRE(server == status::ok);
        REQUIRE(pair.check.result == trust::pin_check::verdict::accepted);
        const auto seen_by_client = trust::tls_channel(pair.client.native());
        const auto seen_by_server = trust::tls_channel(pair.server.native());
        REQUIRE(seen_by_client);
        REQUIRE(seen_by_server);
        REQUIRE(seen_by_client->binding == seen_by_server->binding);
    }
}

TEST_CASE("tls_engine carries pieces of all sizes, cut at every byte of the wire") {
    pair_of_engines pair;
    pair.shake_hands();
    const std::string small = "one";
    const std::string smaller = "2";
    const std::string text = small + smaller + small;
    const std::vector<seam::const_bytes> pieces{bytes_of(small), bytes_of(smaller), {}, bytes_of(small)};
    REQUIRE(pair.client.write(pieces, 1000) == text.size());
    const std::size_t wire_bytes = pair.client.output().size();
    pair_of_engines::move_some(pair.client, pair.server, SIZE_MAX);
    status last{};
    REQUIRE(read_all(pair.server, last) == text);
    REQUIRE(last == status::wants_input);
    for (std::size_t cut = 0; cut <= wire_bytes; ++cut) {
        CAPTURE(cut);
        REQUIRE(pair.client.write(pieces, 1000) == text.size());
        REQUIRE(pair.client.output().size() == wire_bytes);
        pair_of_engines::move_some(pair.client, pair.server, cut);
        const std::string before = read_all(pair.server, last);
        REQUIRE(last == status::wants_input);
        REQUIRE(before.size() == (cut == wire_bytes ? text.size() : 0));
        pair_of_engines::move_some(pair.client, pair.server, SIZE_MAX);
        REQUIRE(before + read_all(pair.server, last) == text);
    }
}

TEST_CASE("tls_engine gathers small pieces in one record and takes no more than it may") {
    pair_of_engines pair;
    pair.shake_hands();
    const std::string hundred(100, 'x');
    const std::vector<seam::const_bytes> pieces(50, bytes_of(hundred));
    REQUIRE(pair.client.write(pieces, 1'000'000) == 5'000);
    REQUIRE(pair.client.output().size() < 5'000 + 30);
    pair.client.drop_output(pair.client.output().size());
    REQUIRE(pair.client.write(pieces, 250) == 250);
}

TEST_CASE("tls_engine: what was fed and not read stays, also when the caller's buffer is used again") {
    pair_of_engines pair;
    pair.shake_hands();
    std::string text(100'000, '\0');
    std::iota(text.begin(), text.end(), 'a');
    const std::vector<seam::const_bytes> pieces{bytes_of(text)};
    REQUIRE(pair.server.write(pieces, text.size()) == text.size());
    std::vector<std::byte> wire(pair.server.output().begin(), pair.server.output().end());
    pair.server.drop_output(wire.size());
    pair.client.feed(wire);
    std::string first(10, '\0');
    REQUIRE(pair.client.read(std::as_writable_bytes(std::span(first))).bytes == 10);
    pair.client.keep_unread();
    std::fill(wire.begin(), wire.end(), std::byte{0xee});
    status last{};
    REQUIRE(first + read_all(pair.client, last) == text);
}

TEST_CASE("tls_engine keeps unsent output when its big buffer goes to others") {
    pair_of_engines pair;
    pair.shake_hands();
    const std::string text(200'000, 'y');
    const std::vector<seam::const_bytes> pieces{bytes_of(text)};
    REQUIRE(pair.client.write(pieces, text.size()) == text.size());
    const std::vector<std::byte> all(pair.client.output().begin(), pair.client.output().end());
    pair.client.drop_output(all.size() - 1000);
    pair.client.settle_output();
    REQUIRE(
        std::equal(pair.client.output().begin(), pair.client.output().end(), all.end() - 1000, all.end()));
    REQUIRE(pair.buffers.spare_output.capacity() >= text.size());
}

TEST_CASE("tls_engine tells the orderly end from a broken stream") {
    pair_of_engines pair;
    pair.shake_hands();
    SECTION("close_notify ends the stream after what was sent before it") {
        const std::string text = "bye";
        const std::vector<seam::const_bytes> pieces{bytes_of(text)};
        pair.client.write(pieces, text.size());
        pair.client.end();
        pair_of_engines::move_some(pair.client, pair.server, SIZE_MAX);
        status last{};
        REQUIRE(read_all(pair.server, last) == text);
        REQUIRE(last == status::ended);
    }
    SECTION("a changed byte fails the connection for good") {
        const std::string text = "hello";
        const std::vector<seam::const_bytes> pieces{bytes_of(text)};
        pair.client.write(pieces, text.size());
        std::vector<std::byte> wire(pair.client.output().begin(), pair.client.output().end());
        wire.back() ^= std::byte{1};
        pair.server.feed(wire);
        status last{};
        REQUIRE(read_all(pair.server, last).empty());
        REQUIRE(last == status::failed);
        REQUIRE(pair.server.error() == transport_error::tls_failed);
        REQUIRE(pair.server.write(pieces, text.size()) == 0);
    }
}

TEST_CASE("tls_engine names what is wrong with a handshake") {
    SECTION("not TLS at all") {
        pair_of_engines pair;
        pair.server.feed(bytes_of("GET / HTTP/1.1\r\n\r\n"));
        REQUIRE(pair.server.handshake() == status::failed);
        REQUIRE(pair.server.error() == transport_error::not_tls);
        pair.client.feed(bytes_of("SSH-2.0-OpenSSH_9.2p1\r\n"));
        REQUIRE(pair.client.handshake() == status::failed);
        REQUIRE(pair.client.error() == transport_error::not_tls);
    }
    SECTION("another application") {
        pair_of_engines pair(SIZE_MAX, trust::application::upload);
        const auto [client, server] = pair.shake_hands();
        REQUIRE(client == status::failed);
        REQUIRE(server == status::failed);
        REQUIRE(pair.server.error() == transport_error::wrong_application);
        REQUIRE(pair.client.error() == transport_error::wrong_application);
    }
    SECTION("another key than the pinned one") {
        pair_of_engines pair;
        pair.check.expected = trust::fingerprint{};
        const auto [client, server] = pair.shake_hands();
        REQUIRE(client == status::failed);
        REQUIRE(pair.client.error() == transport_error::wrong_key);
        REQUIRE(pair.check.seen == server_key().print());
    }
}
