// Both halves of the beginning of a connection, against each other: who gets in, and whom a client believes.
#include "common/service/arrival.hpp"
#include "common/service/greeting.hpp"
#include "common/service/limits.hpp"
#include "tests/catch.hpp"
#include "tests/common/transport/fake_transport.hpp"
#include "tests/common/trust/scratch_folder.hpp"
#include "tests/support/manual_loop.hpp"

#include <deque>

namespace {

using namespace common;
using namespace std::chrono_literals;
using protocol::error_code;
using protocol::session::link_security;
using tests::support::manual_loop;
using tests::transport::fake_transport;

class inline_executor final : public seam::serial_executor {
  public:
    void run(seam::event_loop& home, seam::handler work, seam::handler done) override {
        work();
        home.post(std::move(done));
    }
};

class counting_random final : public seam::random {
  public:
    void fill(std::span<std::byte> out) override {
        for (std::byte& byte : out) byte = static_cast<std::byte>(next_++);
    }

  private:
    unsigned next_ = 1;
};

trust::channel channel_of(int connection) {
    trust::channel on{.alpn = "sluice-chat/1", .binding = {}};
    on.binding[0] = static_cast<std::byte>(connection);
    return on;
}

// A server and a client with a wire between them that the test can cut or bend.
struct meeting {
    manual_loop loop;
    tests::scratch_folder scratch;
    trust::state_folder folder{scratch.path()};
    trust::server_key server = trust::make_server_key(trust::ed25519_key::generate());
    trust::access_list access{folder, {.mode = trust::access_mode::enrolled, .default_rights = "all"}};
    inline_executor files;
    service::door door{access, server, files};
    counting_random random;
    service::arrival_context context{.server_name = "den", .key = server, .door = door, .random = random};
    stream::buffer_pool pool;
    trust::identity client{.key = trust::ed25519_key::generate(), .file = {}};

    std::shared_ptr<fake_transport> server_wire = std::make_shared<fake_transport>();
    std::shared_ptr<fake_transport> client_wire = std::make_shared<fake_transport>();
    std::shared_ptr<transport::framed_connection> server_link =
        transport::framed_connection::create(loop, server_wire, pool, {});
    std::shared_ptr<transport::framed_connection> client_link =
        transport::framed_connection::create(loop, client_wire, pool, {});

    std::optional<service::accepted_client> accepted;
    std::optional<bool> finished;
    std::optional<service::greeting::outcome> outcome;
    std::shared_ptr<service::client_proof> proof;

    void open(std::optional<trust::channel> server_side) {
        service::arrival::begin(
            context, loop, server_link, std::move(server_side),
            [this](service::accepted_client in) {
                in.link->detach();
                accepted = std::move(in);
            },
            [this](bool admitted) { finished = admitted; });
    }
    void greet(link_security security, std::optional<trust::token> token,
               std::optional<trust::fingerprint> pin, int client_binding = 1) {
        proof = std::make_shared<service::client_proof>(client, trust::application::chat, std::move(token),
                                                        "test 1", "ada@laptop");
        proof->expect(pin);
        if (security == link_security::tls) proof->bind(channel_of(client_binding), server.print());
        service::greeting::begin(loop, client_link, proof, security,
                                 protocol::limits::control_payload_bytes_max,
                                 [this](service::greeting::outcome found) { outcome = std::move(found); });
    }
    // Carries bytes both ways until nothing moves any more.
    void settle() {
        for (bool moved = true; moved;) {
            loop.run_ready();
            moved = carry(*client_wire, *server_wire);
            moved = carry(*server_wire, *client_wire) || moved;
        }
    }
    static bool carry(fake_transport& from, fake_transport& to) {
        const auto bytes = std::exchange(from.written, {});
        to.arrive(bytes, 7);
        if (from.closed && bytes.empty() && to.events != nullptr) {
            to.end();
            return true;
        }
        return !bytes.empty();
    }
    void reconnect() {
        server_wire = std::make_shared<fake_transport>();
        client_wire = std::make_shared<fake_transport>();
        server_link = transport::framed_connection::create(loop, server_wire, pool, {});
        client_link = transport::framed_connection::create(loop, client_wire, pool, {});
        outcome.reset();
    }
    trust::token new_token() {
        return access.new_token({.uses = 1, .rights = "all", .folder = {}}, loop.wall_now());
    }
    void meet_over_tls(std::optional<trust::token> token, std::optional<trust::fingerprint> pin,
                       int client_binding = 1) {
        open(channel_of(1));
        greet(link_security::tls, std::move(token), pin, client_binding);
        settle();
    }
};

}  // namespace

TEST_CASE("a client with the token gets in, is enrolled, and has seen the server's proof") {
    meeting m;
    m.meet_over_tls(m.new_token(), {});
    REQUIRE(m.outcome);
    CHECK(m.outcome->up);
    CHECK(m.outcome->welcome.server_name == "den");
    CHECK(m.outcome->welcome.rights == "all");
    REQUIRE(m.accepted);
    CHECK(m.accepted->client.key == m.client.key.public_bytes());
    CHECK(m.accepted->client.grant.name == "ada@laptop");
    CHECK(m.accepted->agent == "test 1");
    CHECK(m.finished == true);
    CHECK(m.access.authorize(m.client.key.public_bytes()));
}

TEST_CASE("an unknown key, a token of another server and a token on another channel are one refusal") {
    const auto no_token = [](meeting&) { return std::optional<trust::token>{}; };
    const auto other_token = [](meeting&) { return std::optional{trust::token::generate()}; };
    const auto good_token = [](meeting& m) { return std::optional{m.new_token()}; };
    const struct {
        const char* what;
        std::optional<trust::token> (*token)(meeting&);
        int client_binding;
    } rows[] = {
        {"unknown key", no_token, 1},
        {"unknown token", other_token, 1},
        {"somebody in between", good_token, 2},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        meeting m;
        m.meet_over_tls(row.token(m), {}, row.client_binding);
        REQUIRE(m.outcome);
        CHECK_FALSE(m.outcome->up);
        CHECK(m.outcome->refused.from_peer);
        CHECK(m.outcome->refused.code == error_code::not_authorised);
        CHECK(m.outcome->refused.reason == "not authorised");
        CHECK_FALSE(m.accepted);
        CHECK(m.finished == false);
        CHECK_FALSE(m.access.authorize(m.client.key.public_bytes()));
    }
}

TEST_CASE("a token that is gone does not keep an enrolled client out, if the server's key is pinned") {
    for (const bool pinned : {true, false}) {
        INFO("pinned " << pinned);
        meeting m;
        m.meet_over_tls(m.new_token(), {});
        REQUIRE(m.outcome->up);
        m.reconnect();
        m.meet_over_tls(trust::token::generate(), pinned ? std::optional{m.server.print()} : std::nullopt);
        REQUIRE(m.outcome);
        CHECK(m.outcome->up == pinned);
    }
}

TEST_CASE("a server that cannot prove the token is not believed") {
    meeting m;
    m.access.new_token({.rights = "all", .folder = {}}, m.loop.wall_now());
    m.greet(link_security::tls, trust::token::generate(), {});
    m.loop.run_ready();
    protocol::session::welcome forged{.server_name = "evil", .rights = "all"};
    SECTION("no proof") {}
    SECTION("a wrong one") {
        forged.server_proof.emplace();
    }
    m.client_wire->arrive(protocol::frame::encode(forged));
    m.loop.run_ready();
    REQUIRE(m.outcome);
    CHECK_FALSE(m.outcome->up);
    CHECK(m.outcome->refused.code == error_code::not_authorised);
    CHECK_FALSE(m.outcome->refused.from_peer);
}

TEST_CASE("in plaintext the server signs, and a client with another pin sends it nothing") {
    meeting m;
    m.open(std::nullopt);
    SECTION("the right key") {
        m.greet(link_security::plaintext, m.new_token(), m.server.print());
        m.settle();
        REQUIRE(m.outcome);
        CHECK(m.outcome->up);
        CHECK(m.proof->server() == m.server.print());
    }
    SECTION("another key") {
        m.greet(link_security::plaintext, m.new_token(), trust::fingerprint{});
        m.settle();
        REQUIRE(m.outcome);
        CHECK_FALSE(m.outcome->up);
        CHECK(m.proof->wrong_key());
        CHECK_FALSE(m.accepted);
    }
}

TEST_CASE("a connection that says nothing is refused when its time is up") {
    meeting m;
    m.open(channel_of(1));
    m.loop.advance(service::limits::hello_time_max + 1ms);
    CHECK(m.finished == false);
    const auto refusal = protocol::frame::encode(protocol::session::refusal{
        .code = static_cast<std::uint16_t>(error_code::timed_out), .reason = "no Hello in time"});
    CHECK(m.server_wire->written == refusal);
}

TEST_CASE("a client gives up on a server that never decides") {
    meeting m;
    m.greet(link_security::tls, {}, m.server.print());
    m.loop.advance(service::limits::welcome_time_max + 1ms);
    REQUIRE(m.outcome);
    CHECK(m.outcome->refused.code == error_code::timed_out);
}

TEST_CASE("anything but Hello, and a second frame before Welcome, are refused") {
    const std::vector<std::vector<std::byte>> wrong{protocol::frame::encode(protocol::session::ping{}),
                                                    std::vector<std::byte>(100, std::byte{0x41})};
    for (const auto& bytes : wrong) {
        meeting m;
        m.open(channel_of(1));
        m.server_wire->arrive(bytes);
        m.loop.run_ready();
        CHECK(m.finished == false);
        CHECK_FALSE(m.accepted);
    }
}
