#include "common/transport/address_order.hpp"
#include "common/transport/backoff.hpp"
#include "common/transport/connection_gate.hpp"
#include "common/transport/outbox.hpp"
#include "common/transport/receive_pace.hpp"
#include "tests/catch.hpp"

#include <array>
#include <random>
#include <string>

using namespace common::transport;
using namespace std::chrono_literals;
namespace seam = common::seam;
namespace limits = common::transport::limits;

namespace {

struct fixed_random final : seam::random {
    explicit fixed_random(std::uint64_t always) : value(always) {}
    void fill(std::span<std::byte> out) override {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(value >> (8 * (i % 8)));
    }
    std::uint64_t value;
};

seam::mono_time at(seam::duration since_start) {
    return seam::mono_time(since_start);
}

std::string text_of(const outbox& box) {
    std::array<seam::const_bytes, 64> pieces;
    std::string text;
    const std::size_t count = box.gather(pieces);
    for (std::size_t i = 0; i < count; ++i) {
        text.append(reinterpret_cast<const char*>(pieces[i].data()), pieces[i].size());
    }
    return text;
}

asio::ip::tcp::endpoint endpoint(const char* address) {
    return {asio::ip::make_address(address), 1};
}

}  // namespace

TEST_CASE("outbox keeps order across copied and shared bytes, dropped at any point") {
    const auto fill = [](outbox& box) {
        box.append(std::as_bytes(std::span("ab", 2)));
        box.append(std::as_bytes(std::span("cd", 2)));
        box.append(common::stream::slice::copy_of("efg"));
        const auto owner = std::make_shared<std::string>("hij");
        box.append(owner, std::as_bytes(std::span(*owner)));
        box.append(common::stream::slice());
        box.append(std::as_bytes(std::span("k", 1)));
    };
    const std::string all = "abcdefghijk";
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        CAPTURE(cut);
        outbox box;
        fill(box);
        REQUIRE(box.size_bytes() == all.size());
        REQUIRE(box.answer_bytes() == all.size());
        box.drop(cut);
        REQUIRE(text_of(box) == all.substr(cut));
        fill(box);
        REQUIRE(text_of(box) == all.substr(cut) + all);
        box.drop(box.size_bytes());
        REQUIRE(box.empty());
        REQUIRE(box.answer_bytes() == 0);
    }
}

TEST_CASE("outbox tells answers from bulk, copied or shared") {
    outbox box;
    box.append(std::as_bytes(std::span("ab", 2)));
    box.set_bulk(true);
    box.append(std::as_bytes(std::span("cd", 2)));
    box.append(common::stream::slice::copy_of("ef"));
    box.set_bulk(false);
    box.append(common::stream::slice::copy_of("gh"));
    REQUIRE(text_of(box) == "abcdefgh");
    REQUIRE(box.answer_bytes() == 4);
    box.drop(1);
    REQUIRE(box.answer_bytes() == 3);
    box.drop(3);
    REQUIRE(box.answer_bytes() == 2);
    box.drop(3);
    REQUIRE(box.answer_bytes() == 1);
}

TEST_CASE("addresses are tried with the families in turn, the resolver's first one first") {
    const auto ordered = in_attempt_order(
        {endpoint("::1"), endpoint("::2"), endpoint("::1"), endpoint("10.0.0.1"), endpoint("::3")});
    REQUIRE(ordered == std::vector{endpoint("::1"), endpoint("10.0.0.1"), endpoint("::2"), endpoint("::3")});
    REQUIRE(in_attempt_order({}).empty());
    REQUIRE(in_attempt_order(std::vector(40, endpoint("10.0.0.1"))).size() == 1);
}

TEST_CASE("backoff doubles up to its cap, within the upper half of each bound") {
    fixed_random low(0);
    backoff slowest(low);
    seam::duration bound = limits::reconnect_delay_min;
    for (int i = 0; i < 20; ++i) {
        REQUIRE(slowest.next() == bound / 2);
        bound = std::min<seam::duration>(bound * 2, limits::reconnect_delay_max);
    }
    REQUIRE(slowest.at_least(1h) == limits::reconnect_delay_max);
    slowest.reset();
    REQUIRE(slowest.next() == limits::reconnect_delay_min / 2);
    fixed_random high(~std::uint64_t{0});
    backoff any(high);
    for (int i = 0; i < 20; ++i) REQUIRE(any.next() <= limits::reconnect_delay_max);
}

TEST_CASE("receive_pace wakes late only for a fast sender that still owes enough") {
    receive_pace pace;
    pace.expect(1 * limits::mib);
    REQUIRE(pace.low_water(0) == 1);  // nothing is known about the sender yet
    pace.note(limits::mib / 2, at(0ms));
    pace.note(limits::mib / 2, at(10ms));
    pace.expect(1 * limits::mib);
    CHECK(pace.low_water(0) == limits::low_water_bytes_max);
    pace.expect(limits::low_water_bytes_max + 10);
    CHECK(pace.low_water(0) == limits::low_water_bytes_max);
    CHECK(pace.low_water(11) == limits::low_water_bytes_min);
    pace.expect(limits::low_water_bytes_min - 1);
    CHECK(pace.low_water(0) == 1);
    pace.expect(1 * limits::mib);
    pace.note_silence();
    CHECK(pace.low_water(0) == 1);
    pace.note(limits::mib / 2, at(1s));
    pace.note(limits::mib / 2, at(2s));
    pace.expect(1 * limits::mib);
    CHECK(pace.low_water(0) == 1);
}

TEST_CASE("connection_gate counts places and gives them back") {
    fixed_random random(0);
    gate_limits bounds;
    bounds.connections_max = 2;
    connection_gate gate(bounds, random);
    auto first = gate.admit("192.0.2.1:1", at(0s));
    auto second = gate.admit("[2001:db8::1]:1", at(0s));
    REQUIRE(first);
    REQUIRE(second);
    REQUIRE_FALSE(gate.admit("192.0.2.3:1", at(0s)));
    REQUIRE_FALSE(gate.admit("unknown", at(0s)));
    CHECK(gate.stats().refused_full == 1);
    CHECK(gate.stats().strangers == 2);
    first->authenticated(at(0s));
    first->authenticated(at(0s));
    CHECK(gate.stats().strangers == 1);
    first.reset();
    second.reset();
    CHECK(gate.stats().connections == 0);
    CHECK(gate.stats().strangers == 0);
    REQUIRE(gate.admit("192.0.2.3:1", at(0s)));
}

TEST_CASE("connection_gate bounds one source and punishes failures") {
    fixed_random random(0);
    gate_limits bounds;
    bounds.connections_per_source = 2;
    connection_gate gate(bounds, random);
    auto first = gate.admit("192.0.2.1:1", at(0s));
    const auto second = gate.admit("192.0.2.1:2", at(0s));
    REQUIRE(second);
    REQUIRE_FALSE(gate.admit("192.0.2.1:3", at(0s)));
    for (int i = 0; i < 10; ++i) first->punish(at(0s));
    first.reset();
    REQUIRE_FALSE(gate.admit("192.0.2.1:3", at(1s)));
    REQUIRE(gate.admit("192.0.2.2:1", at(1s)));
    REQUIRE(gate.admit("192.0.2.1:3", at(1h)));
}

TEST_CASE("connection_gate drops strangers early when many wait, but not whom it knows") {
    fixed_random random(50);  // draws 50 of 100
    gate_limits bounds;
    bounds.strangers_free = 2;
    bounds.strangers_max = 6;
    bounds.connections_per_source = 100;
    connection_gate gate(bounds, random);
    { gate.admit("192.0.2.9:1", at(0s))->authenticated(at(0s)); }
    std::vector<connection_gate::ticket> held;
    for (int i = 0; i < 10; ++i) {
        if (auto got = gate.admit("192.0.2.1:1", at(0s))) held.push_back(*std::move(got));
    }
    // 30 % at two, 47 % at three, 65 % at four: a draw of 50 gets in at two and three only.
    REQUIRE(held.size() == 4);
    REQUIRE(gate.admit("192.0.2.9:1", at(1h)));
    REQUIRE_FALSE(gate.admit("192.0.2.9:1", at(25h)));
}
