#include "common/transfer/waits.hpp"

#include "tests/catch.hpp"
#include "tests/support/moments.hpp"

using tests::support::at;

using namespace std::chrono_literals;
using namespace common::transfer;

TEST_CASE("time belongs to the stage that was entered last") {
    wait_account waits;
    CHECK(waits.look(at(5s)).elapsed == 0s);
    waits.enter(stage::disk, at(10s));
    waits.enter(stage::link, at(11s));
    waits.enter(stage::link, at(13s));
    waits.enter(stage::limit, at(14s));
    waits.enter(stage::peer, at(16s));
    const auto found = waits.look(at(20s));
    CHECK(found.elapsed == 10s);
    CHECK(found.disk == 1s);
    CHECK(found.network == 3s);
    CHECK(found.limit == 2s);
    CHECK(found.peer == 4s);
    CHECK(found.cpu == 0s);
}

TEST_CASE("what jobs measured divides the time of the disk") {
    wait_account waits;
    waits.enter(stage::disk, at(0s));
    waits.add_job({.disk = 100ms, .cpu = 300ms});
    const auto found = waits.look(at(8s));
    CHECK(found.disk == 2s);
    CHECK(found.cpu == 6s);
}

TEST_CASE("the link's time is network where it was blocked, or nothing came") {
    const wait_times sums{.elapsed = 10s, .network = 8s};
    const auto sending = sender_waits(sums, {.reading = 1s, .blocked = 5s});
    CHECK(sending.network == 5s);
    CHECK(sending.cpu == 3s);
    const auto receiving = receiver_waits(sums, {.reading = 1s, .blocked = 5s});
    CHECK(receiving.network == 7s);
    CHECK(receiving.cpu == 1s);
    CHECK(sender_waits(sums, {.blocked = 100s}).network == 8s);
    CHECK(receiver_waits(sums, {.reading = 100s}).cpu == 8s);
}

TEST_CASE("the other half is told now and then, and may tell anything") {
    wait_account waits;
    CHECK_FALSE(waits.due(at(10s)));
    waits.enter(stage::disk, at(0s));
    CHECK_FALSE(waits.due(at(499ms)));
    CHECK(waits.due(at(500ms)));
    CHECK_FALSE(waits.due(at(501ms)));
    const wait_times sums{.elapsed = 6s, .disk = 1s, .cpu = 2s, .network = 3s, .limit = 4ms, .peer = 5us};
    const auto same = from_message(to_message(sums));
    CHECK(same.elapsed == 6s);
    CHECK(same.disk == 1s);
    CHECK(same.cpu == 2s);
    CHECK(same.network == 3s);
    CHECK(same.limit == 4ms);
    CHECK(same.peer == 5us);
    CHECK(from_message({.elapsed_us = ~std::uint64_t{0}}).elapsed == std::chrono::hours{24 * 365});
}
