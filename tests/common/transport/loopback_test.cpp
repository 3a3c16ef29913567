// Listener, connector and both byte streams over real sockets of this machine.
#include "common/runtime/spawn.hpp"
#include "common/runtime/system_random.hpp"
#include "common/transport/connector.hpp"
#include "common/transport/error.hpp"
#include "common/transport/framed_connection.hpp"
#include "common/transport/listener.hpp"
#include "protocol/session/messages.hpp"
#include "tests/catch.hpp"

#include <functional>
#include <map>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace common::transport;
using namespace std::chrono_literals;
namespace seam = common::seam;
namespace trust = common::trust;
namespace runtime = common::runtime;
namespace stream = common::stream;
namespace session = protocol::session;

namespace {

// One worker with everything on it: a server that echoes frames, and clients; the loop runs on the test's
// thread.
struct loopback {
    explicit loopback(bool with_tls, std::string host = "127.0.0.1")
        : home(workers.at(0)), key(trust::make_server_key(trust::ed25519_key::generate())), gate({}, random) {
        if (with_tls) {
            server_tls.emplace(trust::tls_context::server(key, trust::application::chat, {}));
            client_tls = std::make_shared<trust::tls_context>(
                trust::tls_context::client(trust::application::chat, {}));
        }
        listener_options options;
        options.addresses = {{std::move(host), 0}};
        options.tls = server_tls ? &*server_tls : nullptr;
        doors.emplace(home, workers, gate, options,
                      [this](accepted_connection in) { accept(std::move(in)); });
        doors->open();
        limit.start(20s, [this] {
            timed_out = true;
            home.stop();
        });
    }

    struct echo final : connection_events {
        explicit echo(loopback& host) : owner(host) {}
        void on_frame(const incoming_frame& in) override {
            std::vector<std::byte> head(protocol::limits::frame_header_bytes);
            protocol::frame::encode_header(std::span(head).first<protocol::limits::frame_header_bytes>(),
                                           in.header);
            link->send_encoded(head);
            link->send_encoded(in.keep(in.payload));
        }
        bool fill(outbox&) override { return false; }
        void on_closed(close_reason why, std::error_code) override {
            owner.server_ends.push_back(why);
            if (owner.on_server_end) owner.on_server_end();
        }
        loopback& owner;
        std::shared_ptr<framed_connection> link;
        std::optional<connection_gate::ticket> place;
    };

    void accept(accepted_connection in) {
        auto made = std::make_unique<echo>(*this);
        made->link = framed_connection::create(in.home, in.wire, pool, {});
        made->place.emplace(std::move(in.place));
        made->link->set_established(protocol::limits::data_payload_bytes_max);
        made->link->start(*made);
        server_channels.push_back(in.channel);
        echoes.push_back(std::move(made));
    }

    connect_options options() const {
        connect_options made;
        made.tls = client_tls;
        made.expected_key = key.print();
        made.time_max = 5s;
        return made;
    }
    std::uint16_t port() const { return doors->addresses().front().port(); }

    connect_result connect_now(const std::string& to_host, std::uint16_t to_port, connect_options with) {
        std::optional<connect_result> got;
        connector::start(home, {to_host, to_port}, std::move(with), [&](connect_result result) {
            got = std::move(result);
            home.stop();
        });
        run();
        REQUIRE(got);
        return *std::move(got);
    }

    void run() {
        home.io().restart();
        home.run();
        REQUIRE_FALSE(timed_out);
    }

    runtime::system_random random;
    stream::buffer_pool pool;
    runtime::worker_group workers{1};
    runtime::worker& home;
    trust::server_key key;
    connection_gate gate;
    std::optional<trust::tls_context> server_tls;
    std::shared_ptr<const trust::tls_context> client_tls;
    std::vector<std::unique_ptr<echo>> echoes;
    std::vector<close_reason> server_ends;
    std::vector<std::optional<trust::channel>> server_channels;
    std::function<void()> on_server_end;
    std::optional<listener> doors;
    bool timed_out = false;
    seam::timer limit{workers.at(0)};
};

// Sends frames of the given sizes through fill() and checks what comes back.
struct echo_client final : connection_events {
    echo_client(loopback& at, std::shared_ptr<framed_connection> to, std::vector<std::size_t> list)
        : host(at), link(std::move(to)), sizes(std::move(list)) {}

    void on_frame(const incoming_frame& in) override {
        const auto fill = static_cast<std::byte>(received);
        if (in.payload.size() != sizes[received]) ++wrong;
        for (const auto byte : in.payload) wrong += byte == fill ? 0 : 1;
        if (++received == sizes.size()) link->close();
    }
    bool fill(outbox& to) override {
        const std::size_t bytes = sizes[sent];
        protocol::frame::header head;
        head.payload_bytes = static_cast<std::uint32_t>(bytes);
        head.type = 0x7000;
        const auto room = to.extend(protocol::limits::frame_header_bytes);
        protocol::frame::encode_header(room.first<protocol::limits::frame_header_bytes>(), head);
        const auto payload = std::make_shared<std::vector<std::byte>>(bytes, static_cast<std::byte>(sent));
        to.append(payload, *payload);
        return ++sent < sizes.size();
    }
    void on_closed(close_reason why, std::error_code) override { reason = why; }

    loopback& host;
    std::shared_ptr<framed_connection> link;
    std::vector<std::size_t> sizes;
    std::size_t sent = 0;
    std::size_t received = 0;
    std::size_t wrong = 0;
    close_reason reason = close_reason::none;
};

std::vector<std::size_t> mixed_sizes() {
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < 60; ++i)
        sizes.push_back(i % 3 == 0 ? 1'000'000 + i : i % 3 == 1 ? 0 : 70'000 + 997 * i);
    return sizes;
}

// A server that answers every connection with some bytes and nothing else.
struct raw_server {
    raw_server(runtime::worker& home, std::string greeting)
        : acceptor(home.io(), {asio::ip::address_v4::loopback(), 0}),
          peer(home.io()),
          text(std::move(greeting)) {
        acceptor.async_accept(peer, [this](std::error_code error) {
            if (!error && !text.empty())
                (void)::send(peer.native_handle(), text.data(), text.size(), MSG_NOSIGNAL);
        });
    }
    std::uint16_t port() const { return acceptor.local_endpoint().port(); }
    asio::ip::tcp::acceptor acceptor;
    asio::ip::tcp::socket peer;
    std::string text;
};

}  // namespace

TEST_CASE("frames of all sizes go there and back, in clear and through TLS") {
    for (const bool with_tls : {false, true}) {
        CAPTURE(with_tls);
        loopback at(with_tls);
        auto result = at.connect_now("localhost", at.port(), at.options());
        REQUIRE_FALSE(result.error);
        REQUIRE(result.channel.has_value() == with_tls);
        connection_limits bounds;
        bounds.backlog_bytes_max = 0;
        auto link = framed_connection::create(at.home, result.wire, at.pool, bounds);
        link->set_established(protocol::limits::data_payload_bytes_max);
        echo_client client(at, link, mixed_sizes());
        link->start(client);
        link->want_fill();
        at.on_server_end = [&] { at.home.stop(); };
        at.run();
        REQUIRE(client.received == client.sizes.size());
        REQUIRE(client.wrong == 0);
        REQUIRE(client.reason == close_reason::local);
        REQUIRE(at.server_ends == std::vector{close_reason::peer_finished});
        if (with_tls) {
            REQUIRE(result.pin.result == trust::pin_check::verdict::accepted);
            REQUIRE(at.server_channels.front()->binding == result.channel->binding);
        }
    }
}

TEST_CASE("a listener on a name with several addresses has one port on all of them") {
    loopback at(false, "localhost");
    for (const auto& each : at.doors->addresses()) REQUIRE(each.port() == at.port());
    for (const auto& each : at.doors->addresses()) {
        REQUIRE_FALSE(at.connect_now(each.address().to_string(), at.port(), at.options()).error);
    }
}

TEST_CASE("a port in use is one clear line") {
    loopback at(false);
    listener_options options;
    options.addresses = {{"127.0.0.1", at.port()}};
    listener second(at.home, at.workers, at.gate, options, [](accepted_connection) {});
    const std::string line =
        "cannot listen on 127.0.0.1:" + std::to_string(at.port()) + ": Address already in use";
    REQUIRE_THROWS_WITH(second.open(), line);
}

TEST_CASE("the connector names what is wrong") {
    loopback at(true);
    SECTION("nobody listens") {
        const auto free_port = at.port();
        at.doors.reset();
        const auto result = at.connect_now("127.0.0.1", free_port, at.options());
        REQUIRE(result.error == std::errc::connection_refused);
        REQUIRE(result.detail == "127.0.0.1:" + std::to_string(free_port));
    }
    SECTION("no such name") {
        REQUIRE(at.connect_now("no-such-host.invalid", 1, at.options()).error == transport_error::no_address);
    }
    SECTION("another key than the pinned one, with both fingerprints") {
        auto with = at.options();
        with.expected_key = trust::fingerprint{};
        const auto result = at.connect_now("127.0.0.1", at.port(), with);
        REQUIRE(result.error == transport_error::wrong_key);
        REQUIRE(result.pin.expected == trust::fingerprint{});
        REQUIRE(result.pin.seen == at.key.print());
    }
    SECTION("another application") {
        auto with = at.options();
        with.tls =
            std::make_shared<trust::tls_context>(trust::tls_context::client(trust::application::upload, {}));
        REQUIRE(at.connect_now("127.0.0.1", at.port(), with).error == transport_error::wrong_application);
    }
    SECTION("not TLS") {
        raw_server other(at.home, "SSH-2.0-OpenSSH_9.2p1 Debian\r\n");
        REQUIRE(at.connect_now("127.0.0.1", other.port(), at.options()).error == transport_error::not_tls);
    }
    SECTION("a server that says nothing") {
        raw_server silent(at.home, "");
        auto with = at.options();
        with.time_max = 50ms;
        REQUIRE(at.connect_now("127.0.0.1", silent.port(), with).error == transport_error::handshake_timeout);
    }
    REQUIRE(at.echoes.empty());
}

TEST_CASE("a client that speaks no TLS, or nothing at all, is closed and punished; the server goes on") {
    loopback at(true);
    asio::ip::tcp::socket stranger(at.home.io());
    stranger.connect(at.doors->addresses().front());
    const std::string text = "GET / HTTP/1.1\r\n\r\n";
    REQUIRE(stranger.write_some(asio::buffer(text)) == text.size());
    std::string answer(1000, '\0');
    std::size_t got = 0;
    std::function<void()> read_on = [&] {
        stranger.async_read_some(asio::buffer(answer), [&](std::error_code error, std::size_t count) {
            got += count;
            if (error) return at.home.stop();
            read_on();
        });
    };
    read_on();
    at.run();
    REQUIRE(at.doors->failed_handshakes() == 1);
    REQUIRE(at.gate.stats().connections == 0);
    REQUIRE_FALSE(at.connect_now("127.0.0.1", at.port(), at.options()).error);
}

TEST_CASE("connect works as a coroutine") {
    loopback at(true);
    runtime::task_counter tasks;
    std::error_code error = std::make_error_code(std::errc::interrupted);
    auto body = [&]() -> asio::awaitable<void> {
        const connect_target target{"127.0.0.1", at.port()};
        const connect_options with = at.options();
        const auto result = co_await common::transport::connect(at.home, target, with);
        error = result.error;
        result.wire->close(seam::byte_transport::close_mode::flush);
        at.home.stop();
    };
    runtime::spawn_logged(at.home.io().get_executor(), tasks, "body", std::move(body));
    at.run();
    REQUIRE_FALSE(error);
}

TEST_CASE("a cancelled connect calls nobody") {
    loopback at(true);
    bool called = false;
    auto attempt = connector::start(at.home, {"127.0.0.1", at.port()}, at.options(),
                                    [&](connect_result) { called = true; });
    attempt->cancel();
    REQUIRE_FALSE(at.connect_now("127.0.0.1", at.port(), at.options()).error);
    REQUIRE_FALSE(called);
}

TEST_CASE("without descriptors the listener refuses, does not spin, and accepts again when there are some") {
    loopback at(false);
    std::vector<int> hoard;
    asio::ip::tcp::socket waiting(at.home.io());
    waiting.open(asio::ip::tcp::v4());
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit tight = before;
    tight.rlim_cur = 64;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) hoard.push_back(fd);
    waiting.connect(at.doors->addresses().front());
    char nothing = 0;
    waiting.async_read_some(asio::buffer(&nothing, 1), [&](std::error_code, std::size_t) { at.home.stop(); });
    at.run();  // ends when the refused peer hears its end
    for (const int fd : hoard) ::close(fd);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE(at.doors->descriptor_shortages() >= 1);
    REQUIRE(at.doors->descriptor_shortages() < 5);
    REQUIRE_FALSE(at.connect_now("127.0.0.1", at.port(), at.options()).error);
}

TEST_CASE("a loop may go in the middle of everything") {
    loopback at(true);
    raw_server silent(at.home, "");
    bool called = false;
    connector::start(at.home, {"127.0.0.1", silent.port()}, at.options(),
                     [&](connect_result) { called = true; });
    connector::start(at.home, {"127.0.0.1", at.port()}, at.options(), [&](connect_result result) {
        REQUIRE_FALSE(result.error);
        at.home.stop();
    });
    at.run();
    REQUIRE_FALSE(called);
}
