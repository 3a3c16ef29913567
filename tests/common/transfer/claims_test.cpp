#include "common/transfer/claims.hpp"

#include "tests/catch.hpp"
#include "tests/support/manual_loop.hpp"

#include <string>

using common::transfer::claims;

namespace {

struct run {
    run(claims& from, tests::support::manual_loop& loop, const std::string& name)
        : ticket(from.claim(
              loop, name, [this] { granted = true; }, [this] { fenced = true; })) {}
    bool granted = false;
    bool fenced = false;
    std::shared_ptr<claims::ticket> ticket;
};

}  // namespace

TEST_CASE("the newest run of a file fences the older and begins when that is at rest") {
    tests::support::manual_loop loop;
    const auto held = claims::create();
    run first{*held, loop, "x"};
    loop.run_ready();
    CHECK(first.granted);
    run second{*held, loop, "x"};
    loop.run_ready();
    CHECK(first.fenced);
    CHECK_FALSE(second.granted);
    first.ticket.reset();
    loop.run_ready();
    CHECK(second.granted);
    CHECK_FALSE(second.fenced);
}

TEST_CASE("a run that waits is passed over for a newer one") {
    tests::support::manual_loop loop;
    const auto held = claims::create();
    run first{*held, loop, "x"};
    run second{*held, loop, "x"};
    run third{*held, loop, "x"};
    loop.run_ready();
    CHECK(second.fenced);
    first.ticket.reset();
    loop.run_ready();
    CHECK_FALSE(second.granted);
    CHECK(third.granted);
}

TEST_CASE("runs of other files do not meet, and a dropped ticket hears nothing") {
    tests::support::manual_loop loop;
    const auto held = claims::create();
    run first{*held, loop, "x"};
    run other{*held, loop, "y"};
    run gone{*held, loop, "z"};
    gone.ticket.reset();
    loop.run_ready();
    CHECK(first.granted);
    CHECK(other.granted);
    CHECK_FALSE(first.fenced);
    CHECK_FALSE(gone.granted);
    run next{*held, loop, "z"};
    loop.run_ready();
    CHECK(next.granted);
}
