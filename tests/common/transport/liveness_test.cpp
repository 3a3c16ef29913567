// When a framed connection pings, waits and gives up.
#include "tests/catch.hpp"
#include "tests/common/transport/framed_fixture.hpp"

using namespace tests::transport;
using namespace std::chrono_literals;
namespace limits = common::transport::limits;

TEST_CASE("framed_connection pings a silent peer, answers its pings, and ends what stays silent") {
    fixture at;
    at.establish();
    at.loop.advance(limits::ping_after);
    REQUIRE(at.wire->written == frame::encode(protocol::session::ping{1}));
    at.wire->arrive(frame::encode(protocol::session::pong{1}));
    at.wire->written.clear();
    at.wire->arrive(frame::encode(protocol::session::ping{77}));
    at.loop.run_ready();
    REQUIRE(at.wire->written == frame::encode(protocol::session::pong{77}));
    REQUIRE(at.session.types.empty());
    at.loop.advance(limits::silence_max - 1ms);
    REQUIRE(at.session.closes == 0);
    at.loop.advance(1ms);
    REQUIRE(at.session.reason == close_reason::silent);
}

TEST_CASE("framed_connection never ends a stalled reader where the program wants to keep it") {
    connection_limits bounds;
    bounds.watch.silence_max = {};
    fixture at(bounds);
    at.establish();
    at.wire->takes = 0;
    at.session.filler = [&](outbox& to) {
        to.append(stream::slice::copy_of(std::string(50'000, 'x')));
        return true;
    };
    at.link->want_fill();
    at.loop.advance(24h);
    REQUIRE(at.session.closes == 0);
    REQUIRE(at.link->outbox_bytes() < limits::outbox_low_water_bytes + 50'000);
}

TEST_CASE("framed_connection ends a stalled reader where the program asks for progress") {
    connection_limits bounds;
    bounds.watch.write_progress_max = 10s;
    bounds.watch.silence_max = {};
    fixture at(bounds);
    at.wire->takes = 5;
    at.link->send(protocol::session::ping{1});
    at.loop.advance(10s - 1ms);
    REQUIRE(at.session.closes == 0);
    at.loop.advance(1ms);
    REQUIRE(at.session.reason == close_reason::no_write_progress);
}

TEST_CASE("framed_connection ends a frame that trickles in, not one that comes at the least rate") {
    connection_limits bounds;
    bounds.watch.ping_after = {};
    fixture at(bounds);
    at.establish();
    const auto bytes = frame_of(600'000);
    seam::const_bytes rest = bytes;
    const auto trickle = [&](std::size_t each, int seconds) {
        for (int i = 0; i < seconds && !at.link->closed(); ++i) {
            at.wire->arrive(rest.first(each));
            rest = rest.subspan(each);
            at.loop.advance(1s);
        }
    };
    SECTION("a byte a second") {
        trickle(1, 21);
        REQUIRE(at.session.reason == close_reason::frame_too_slow);
    }
    SECTION("2 KiB/s is enough for the first minute only") {
        trickle(2048, 59);
        REQUIRE(at.session.closes == 0);
        trickle(2048, 10);
        REQUIRE(at.session.reason == close_reason::frame_too_slow);
    }
    SECTION("5 KiB/s is enough") {
        trickle(5120, 110);
        REQUIRE(at.session.closes == 0);
    }
}
