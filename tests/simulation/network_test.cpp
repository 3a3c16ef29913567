#include "tests/simulation/network.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <optional>

using namespace tests::simulation;
using namespace std::chrono_literals;
using common::seam::byte_transport;
using common::seam::const_bytes;
using common::seam::mutable_bytes;

namespace {

// Writes what it is given as fast as it may and keeps what comes.
class talker final : public common::seam::transport_events {
  public:
    void hold(network::stream_ptr stream) {
        stream_ = std::move(stream);
        stream_->start(*this);
        go_on();
    }
    void say(file_bytes bytes) {
        unsaid_.insert(unsaid_.end(), bytes.begin(), bytes.end());
        if (stream_) go_on();
    }
    byte_transport& stream() { return *stream_; }
    bool holds() const { return stream_ != nullptr; }
    std::size_t unsaid() const { return unsaid_.size(); }

    mutable_bytes prepare_read() override { return buffer_; }
    void on_bytes(std::size_t count) override {
        heard.insert(heard.end(), buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    void on_writable() override { go_on(); }
    void on_closed(std::error_code why) override { closed = why; }

    file_bytes heard;
    std::optional<std::error_code> closed;

  private:
    void go_on() {
        const const_bytes piece{unsaid_};
        const auto taken = stream_->try_write({&piece, 1});
        unsaid_.erase(unsaid_.begin(), unsaid_.begin() + static_cast<std::ptrdiff_t>(taken));
        if (!unsaid_.empty()) stream_->want_writable();
    }

    network::stream_ptr stream_;
    file_bytes unsaid_;
    std::array<std::byte, 3000> buffer_{};
};

struct fixture {
    explicit fixture(std::uint64_t seed) : sim(seed), net(sim), server(sim, "server"), client(sim, "client") {
        net.attach(server);
        net.attach(client);
        server.on_boot([this](process& own) {
            auto program = std::make_shared<talker>();
            accepted = program.get();
            net.listen(own, "chat",
                       [program = program.get()](auto stream) { program->hold(std::move(stream)); });
            return program;
        });
        client.on_boot([this](process& own) {
            auto program = std::make_shared<talker>();
            connected = program.get();
            net.connect(own, "chat", [this, program = program.get()](auto outcome) {
                if (outcome) {
                    program->hold(*std::move(outcome));
                } else {
                    refused = outcome.error();
                }
            });
            return program;
        });
        server.start();
        client.start();
    }

    file_bytes random_bytes(std::size_t count) {
        file_bytes bytes(count);
        sim.chance().fill(bytes);
        return bytes;
    }

    world sim;
    network net;
    talker* accepted = nullptr;
    talker* connected = nullptr;
    std::optional<std::error_code> refused;
    node server;
    node client;
};

constexpr std::uint64_t seeds = 50;

}  // namespace

TEST_CASE("a stream delivers exactly the bytes, in both directions, whatever the pieces") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        const auto up = at.random_bytes(at.sim.chance().below(50'000));
        const auto down = at.random_bytes(at.sim.chance().below(50'000));
        at.connected->say(up);
        at.accepted->say(down);
        at.sim.run_for(1000s);
        INFO("seed " << seed);
        REQUIRE(at.accepted->heard == up);
        REQUIRE(at.connected->heard == down);
    }
}

TEST_CASE("an orderly close arrives behind the last byte, an abort as a reset") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        at.net.set_capacity_max(100'000);
        at.sim.run_until([&] { return at.accepted->holds() && at.connected->holds(); }, 1s);
        const auto bytes = at.random_bytes(1000);
        at.connected->say(bytes);
        at.sim.run_until([&] { return at.connected->unsaid() == 0; }, 100s);
        const bool orderly = seed % 2 == 0;
        at.connected->stream().close(orderly ? byte_transport::close_mode::flush
                                             : byte_transport::close_mode::abort);
        at.sim.run_for(10s);
        INFO("seed " << seed);
        REQUIRE(at.accepted->closed.has_value());
        REQUIRE_FALSE(at.connected->closed.has_value());
        if (orderly) {
            REQUIRE(*at.accepted->closed == std::error_code{});
            REQUIRE(at.accepted->heard == bytes);
        } else {
            REQUIRE(*at.accepted->closed == std::errc::connection_reset);
        }
    }
}

TEST_CASE("a reader that pauses holds the writer back") {
    fixture at{5};
    at.sim.run_until([&] { return at.accepted->holds() && at.connected->holds(); }, 1s);
    at.accepted->stream().pause_reading();
    const auto bytes = at.random_bytes(1'000'000);
    at.connected->say(bytes);
    at.sim.run_for(10s);
    REQUIRE(at.connected->unsaid() > 500'000);
    at.accepted->stream().resume_reading();
    at.sim.run_for(10'000s);
    REQUIRE(at.accepted->heard == bytes);
}

TEST_CASE("a blocked direction holds its bytes until it is free, the other goes on") {
    fixture at{6};
    at.sim.run_until([&] { return at.accepted->holds() && at.connected->holds(); }, 1s);
    at.net.block(at.client, at.server);
    const auto up = at.random_bytes(100);
    const auto down = at.random_bytes(100);
    at.connected->say(up);
    at.accepted->say(down);
    at.sim.run_for(100s);
    REQUIRE(at.accepted->heard.empty());
    REQUIRE(at.connected->heard == down);
    at.net.unblock(at.client, at.server);
    at.sim.run_for(100s);
    REQUIRE(at.accepted->heard == up);
}

TEST_CASE("nobody listens: refused; nothing gets through: timed out") {
    world sim{1};
    network net{sim};
    node machine{sim, "machine"};
    node other{sim, "other"};
    std::vector<std::error_code> outcomes;
    machine.on_boot([&](process& own) {
        net.connect(own, "chat", [&](auto outcome) { outcomes.push_back(outcome.error()); });
        return nullptr;
    });
    machine.start();
    sim.run_for(10s);
    REQUIRE(outcomes == std::vector{std::make_error_code(std::errc::connection_refused)});
    other.on_boot([&](process& own) {
        net.listen(own, "chat", [](auto) {});
        return nullptr;
    });
    other.start();
    net.block(other, machine);
    machine.kill();
    machine.start();
    sim.run_for(10s);
    REQUIRE(outcomes.back() == std::errc::timed_out);
}

TEST_CASE("a killed peer is noticed at once, one without power when it is back and spoken to") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        at.sim.run_until([&] { return at.accepted->holds() && at.connected->holds(); }, 1s);
        talker& survivor = *at.connected;
        INFO("seed " << seed);
        if (seed % 2 == 0) {
            at.server.kill();
            at.sim.run_for(1s);
            REQUIRE(survivor.closed.has_value());
        } else {
            at.server.lose_power();
            survivor.say(at.random_bytes(1));
            at.sim.run_for(100s);
            REQUIRE_FALSE(survivor.closed.has_value());
            at.server.start();
            at.sim.run_for(2s);
            REQUIRE(survivor.closed == std::make_error_code(std::errc::connection_reset));
        }
    }
}

TEST_CASE("the same seed gives the same run, event by event") {
    const auto run = [](std::uint64_t seed) {
        fixture at{seed};
        at.connected->say(at.random_bytes(30'000));
        at.sim.run_for(100s);
        return std::pair{at.sim.events(), at.sim.chance().next()};
    };
    REQUIRE(run(42) == run(42));
    REQUIRE(run(42) != run(43));
}
