#include "common/trust/penalty_box.hpp"

#include "tests/catch.hpp"

using namespace common::trust;
using namespace std::chrono_literals;

namespace {

const common::seam::mono_time start{1h};

source host(std::uint64_t number) {
    return {number, false};
}

}  // namespace

TEST_CASE("a source is an IPv4 address or an IPv6 /64") {
    const auto same = [](const char* a, const char* b) { return source_of_peer(a) == source_of_peer(b); };
    CHECK(same("192.0.2.1:1", "192.0.2.1:2"));
    CHECK_FALSE(same("192.0.2.1:1", "192.0.2.2:1"));
    CHECK(same("[2001:db8:0:1::1]:1", "[2001:db8:0:1:ffff::2]:1"));
    CHECK_FALSE(same("[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1"));
    CHECK(same("[::ffff:192.0.2.1]:1", "192.0.2.1:1"));
    CHECK(same("[fe80::1%eth0]:1", "[fe80::2]:1"));
    CHECK_FALSE(same("[::c000:201]:1", "0.0.0.0:1"));
    for (const char* bad : {"", "host:1", "192.0.2.1", "[::1", "[x]:1", "[]:1"})
        CHECK_FALSE(source_of_peer(bad));
}

TEST_CASE("penalty_box gives each source so many places and takes them back") {
    penalty_box box({.connections_per_source = 2, .penalised_sources = 10});
    CHECK(box.admit(host(1), start));
    CHECK(box.admit(host(1), start));
    CHECK_FALSE(box.admit(host(1), start));
    CHECK(box.admit(host(2), start));
    box.release(host(1));
    CHECK(box.connections(host(1)) == 1);
    CHECK(box.admit(host(1), start));
}

TEST_CASE("a few failures cost nothing, more close the door until the penalty has passed") {
    penalty_box box;
    box.punish(host(1), start);
    box.punish(host(1), start);
    CHECK(box.admit(host(1), start));
    box.punish(host(1), start);
    CHECK_FALSE(box.admit(host(1), start));
    CHECK_FALSE(box.admit(host(1), start + 15s - 1ns));
    CHECK(box.admit(host(1), start + 15s));
    CHECK(box.admit(host(2), start));
}

TEST_CASE("penalties decay between failures") {
    penalty_box box;
    for (int i = 0; i < 100; ++i) {
        box.punish(host(1), start + i * 5s);
        CHECK_FALSE(box.is_punished(host(1), start + i * 5s));
    }
}

TEST_CASE("a penalty has an end, however many failures there were") {
    penalty_box box;
    for (int i = 0; i < 10'000; ++i) box.punish(host(1), start);
    CHECK(box.is_punished(host(1), start + 10min - 1ns));
    CHECK_FALSE(box.is_punished(host(1), start + 10min));
    box.punish(host(1), start + 10min);
    CHECK_FALSE(box.is_punished(host(1), start + 10min));
}

TEST_CASE("penalty_box forgets who was punished longest ago when it is full") {
    penalty_box box({.connections_per_source = 1, .penalised_sources = 3});
    for (const std::uint64_t number : {1U, 2U, 3U})
        for (int i = 0; i < 3; ++i) box.punish(host(number), start);
    box.punish(host(1), start);
    box.punish(host(4), start);
    CHECK(box.penalised() == 3);
    CHECK(box.is_punished(host(1), start));
    CHECK_FALSE(box.is_punished(host(2), start));
    CHECK(box.is_punished(host(3), start));
}
