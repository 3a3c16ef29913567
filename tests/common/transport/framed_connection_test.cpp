#include "tests/catch.hpp"
#include "tests/common/transport/framed_fixture.hpp"

#include <algorithm>
#include <random>

using namespace tests::transport;
using namespace std::chrono_literals;
namespace limits = common::transport::limits;
using close_mode = seam::byte_transport::close_mode;

TEST_CASE("framed_connection finds frames whatever the pieces they arrive in") {
    std::vector<std::byte> bytes;
    const std::vector<std::size_t> sizes{0, 1, 5, 0, 60};
    for (const auto size : sizes) {
        const auto one = frame_of(size);
        bytes.insert(bytes.end(), one.begin(), one.end());
    }
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        CAPTURE(cut);
        fixture at;
        REQUIRE(at.wire->arrive(std::span(bytes).first(cut)) == cut);
        at.wire->arrive(std::span(bytes).subspan(cut));
        REQUIRE(at.session.sizes == sizes);
    }
    fixture byte_by_byte;
    byte_by_byte.wire->arrive(bytes, 1);
    REQUIRE(byte_by_byte.session.sizes == sizes);
}

TEST_CASE("framed_connection holds no buffer between frames") {
    fixture at;
    at.wire->arrive(frame_of(100));
    at.session.kept.clear();
    REQUIRE(at.pool.statistics().live_bytes == 0);
}

TEST_CASE("framed_connection lands a large frame in a slab of its own, taken only after 64 KiB have come") {
    fixture at;
    at.establish();
    const std::size_t payload = protocol::limits::chunk_bytes_max + 100;
    auto bytes = frame_of(payload);
    bytes.back() = std::byte{42};
    at.wire->arrive(std::span(bytes).first(1000));
    REQUIRE(at.pool.statistics().live_bytes < 2 * limits::small_frame_bytes_max);
    REQUIRE(at.wire->expected == bytes.size() - 1000);
    at.wire->arrive(std::span(bytes).subspan(1000));
    REQUIRE(at.session.sizes == std::vector<std::size_t>{payload});
    REQUIRE(at.session.kept[0].bytes().back() == std::byte{42});
    REQUIRE(at.pool.statistics().live_bytes >= payload);  // the session's slice, not a copy
    at.wire->arrive(frame_of(3));
    REQUIRE(at.session.sizes.back() == 3);
    REQUIRE(at.session.kept[0].bytes()[payload - 2] == std::byte{7});
    at.session.kept.clear();
    REQUIRE(at.pool.statistics().live_bytes == 0);
}

TEST_CASE("framed_connection carries random frames in random pieces") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    fixture at;
    at.establish();
    std::vector<std::byte> bytes;
    std::vector<std::size_t> sizes;
    for (int i = 0; i < 60; ++i) {
        const std::size_t magnitude = std::size_t{1} << (random() % 21);
        sizes.push_back(random() % magnitude);
        const auto one = frame_of(sizes.back(), 0x7000, static_cast<std::byte>(i));
        bytes.insert(bytes.end(), one.begin(), one.end());
    }
    seam::const_bytes rest = bytes;
    while (!rest.empty()) {
        const std::size_t piece = std::min<std::size_t>(rest.size(), 1 + random() % 200'000);
        REQUIRE(at.wire->arrive(rest.first(piece)) == piece);
        rest = rest.subspan(piece);
    }
    REQUIRE(at.session.sizes == sizes);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const auto payload = at.session.kept[i].bytes();
        REQUIRE(std::all_of(payload.begin(), payload.end(),
                            [&](std::byte b) { return b == static_cast<std::byte>(i); }));
    }
}

TEST_CASE("framed_connection refuses a frame over the limit, or no frame at all, and says so to both") {
    struct row {
        std::vector<std::byte> bytes;
        protocol::error_code error;
    };
    auto garbage = frame_of(4);
    garbage[7] = std::byte{0x52};
    for (const auto& [bytes, error] : {row{frame_of(4097), protocol::error_code::too_large},
                                       row{garbage, protocol::error_code::malformed}}) {
        fixture at;
        at.wire->arrive(bytes);
        at.loop.run_ready();
        REQUIRE(at.session.closes == 1);
        REQUIRE(at.session.reason == close_reason::protocol_error);
        REQUIRE(at.session.error == make_error_code(error));
        REQUIRE(at.session.sizes.empty());
        protocol::session::refusal told;
        told.code = static_cast<std::uint16_t>(error);
        told.reason = protocol::name_of(error);
        REQUIRE(at.wire->written == frame::encode(told));
        REQUIRE(at.wire->closed == close_mode::flush);
    }
}

TEST_CASE("framed_connection writes what one turn sends with one gather write") {
    fixture at;
    at.link->send(protocol::session::ping{1});
    at.link->send_encoded(stream::slice::copy_of("shared"));
    at.link->send(protocol::session::ping{2});
    REQUIRE(at.wire->writes == 0);
    at.loop.run_ready();
    REQUIRE(at.wire->writes == 1);
    auto expected = frame::encode(protocol::session::ping{1});
    for (const char c : std::string_view("shared")) expected.push_back(static_cast<std::byte>(c));
    frame::append(expected, protocol::session::ping{2});
    REQUIRE(at.wire->written == expected);
}

TEST_CASE("framed_connection writes the same bytes when every write is cut anywhere") {
    const auto expected = [] {
        fixture at;
        for (std::uint64_t i = 0; i < 5; ++i) at.link->send(protocol::session::ping{i});
        at.loop.run_ready();
        return at.wire->written;
    }();
    for (std::size_t step = 1; step <= expected.size(); ++step) {
        CAPTURE(step);
        fixture at;
        at.wire->takes = step;
        for (std::uint64_t i = 0; i < 5; ++i) at.link->send(protocol::session::ping{i});
        at.loop.run_ready();
        while (at.wire->writable_wanted) {
            at.wire->takes = step;
            at.wire->become_writable();
        }
        REQUIRE(at.wire->written == expected);
        REQUIRE(at.link->outbox_bytes() == 0);
    }
}

TEST_CASE("framed_connection asks for more only while the socket takes it") {
    fixture at;
    int pending = 100;
    at.session.filler = [&](outbox& to) {
        const auto chunk = std::make_shared<std::vector<std::byte>>(10'000);
        to.append(chunk, *chunk);
        return --pending > 0;
    };
    at.wire->takes = 150'000;
    at.link->want_fill();
    at.loop.run_ready();
    REQUIRE(at.wire->writable_wanted);
    REQUIRE(at.link->outbox_bytes() <= limits::outbox_low_water_bytes + 10'000);
    const int stalled_at = pending;
    at.link->want_fill();
    at.loop.run_ready();
    REQUIRE(pending == stalled_at);
    at.wire->takes = SIZE_MAX;
    at.wire->become_writable();
    at.loop.run_ready();
    REQUIRE(pending == 0);
    REQUIRE(at.wire->written.size() == 1'000'000);
}

TEST_CASE("framed_connection fills at once when it is told to, and not while the socket takes nothing") {
    fixture at;
    int filled = 0;
    at.session.filler = [&](outbox& to) {
        ++filled;
        const auto chunk = std::make_shared<std::vector<std::byte>>(10'000);
        to.append(chunk, *chunk);
        return false;
    };
    at.link->fill_now();
    REQUIRE(at.wire->written.size() == 10'000);
    at.wire->takes = 4'000;
    at.link->fill_now();
    REQUIRE(at.wire->writable_wanted);
    at.link->fill_now();
    REQUIRE(filled == 2);
    at.wire->takes = SIZE_MAX;
    at.wire->become_writable();
    at.loop.run_ready();
    REQUIRE(filled == 3);
    REQUIRE(at.wire->written.size() == 30'000);
    at.link->close();
    at.link->fill_now();
    at.loop.run_ready();
    REQUIRE(filled == 3);
}

TEST_CASE("framed_connection delivers nothing while paused, and everything afterwards") {
    fixture at;
    at.session.during_frame = [&] { at.link->pause_reading(); };
    std::vector<std::byte> bytes;
    for (int i = 0; i < 3; ++i) {
        const auto one = frame_of(10);
        bytes.insert(bytes.end(), one.begin(), one.end());
    }
    at.wire->arrive(bytes);
    REQUIRE(at.session.sizes.size() == 1);
    REQUIRE(at.wire->paused);
    at.link->resume_reading();
    REQUIRE(at.session.sizes.size() == 1);
    at.loop.run_ready();
    REQUIRE(at.session.sizes.size() == 2);
    SECTION("also what came before the peer's end") {
        at.wire->end();
        at.loop.run_ready();
        REQUIRE(at.session.closes == 0);
        at.session.during_frame = nullptr;
        at.link->resume_reading();
        at.loop.run_ready();
        REQUIRE(at.session.sizes.size() == 3);
        REQUIRE(at.session.reason == close_reason::peer_finished);
    }
}

TEST_CASE(
    "framed_connection stops reading a peer that leaves its answers unread, and goes on when it reads") {
    fixture at;
    at.wire->takes = 0;
    at.session.during_frame = [&] { at.link->send_encoded(seam::const_bytes(std::vector<std::byte>(1000))); };
    const auto request = frame_of(1);
    std::size_t answered = 0;
    for (; answered < 1000 && at.wire->arrive(request) > 0; ++answered) at.loop.run_ready();
    REQUIRE(at.link->outbox_bytes() > limits::backlog_bytes_max);
    REQUIRE(at.link->outbox_bytes() < limits::backlog_bytes_max + 2000);
    at.wire->takes = SIZE_MAX;
    at.wire->become_writable();
    at.loop.run_ready();
    REQUIRE(at.wire->arrive(request) == request.size());
    REQUIRE(at.session.sizes.size() == answered + 1);
}

TEST_CASE("framed_connection ends, once, with the reason of every way to end") {
    fixture at;
    SECTION("the peer's orderly end between frames") {
        at.wire->end();
        at.loop.run_ready();
        REQUIRE(at.session.reason == close_reason::peer_finished);
    }
    SECTION("an end in the middle of a frame") {
        at.wire->arrive(
            std::span(std::as_const(*std::make_unique<std::vector<std::byte>>(frame_of(9)))).first(5));
        at.wire->end();
        at.loop.run_ready();
        REQUIRE(at.session.reason == close_reason::connection_lost);
    }
    SECTION("a reset") {
        at.wire->end(std::make_error_code(std::errc::connection_reset));
        at.loop.run_ready();
        REQUIRE(at.session.reason == close_reason::connection_lost);
        REQUIRE(at.session.error == std::errc::connection_reset);
    }
    SECTION("our own close, after the last bytes") {
        at.wire->takes = 3;
        at.link->send(protocol::session::ping{1});
        at.link->close();
        at.loop.run_ready();
        REQUIRE(at.session.reason == close_reason::local);
        REQUIRE_FALSE(at.wire->closed);
        at.wire->takes = SIZE_MAX;
        at.wire->become_writable();
        REQUIRE(at.wire->closed == close_mode::flush);
        REQUIRE(at.wire->written == frame::encode(protocol::session::ping{1}));
    }
    SECTION("our own close, when the last bytes are not taken") {
        at.wire->takes = 0;
        at.link->send(protocol::session::ping{1});
        at.link->close();
        at.loop.advance(limits::flush_time_max);
        REQUIRE(at.wire->closed == close_mode::abort);
    }
    SECTION("more answers than a peer may leave unread") {
        at.wire->takes = 0;
        for (int i = 0; i < 200 && !at.link->closed(); ++i) {
            at.link->send_encoded(seam::const_bytes(std::vector<std::byte>(10'000)));
        }
        at.loop.run_ready();
        REQUIRE(at.session.reason == close_reason::outbox_overflow);
        REQUIRE(at.wire->closed == close_mode::abort);
    }
    at.link->close();
    at.wire->end();
    at.loop.run_ready();
    REQUIRE(at.session.closes == 1);
    REQUIRE(at.link.use_count() == 1);
}

TEST_CASE("framed_connection tells a detached session nothing") {
    fixture at;
    at.link->detach();
    at.loop.run_ready();
    REQUIRE(at.session.closes == 0);
    REQUIRE(at.wire->closed == close_mode::flush);
    REQUIRE(at.link.use_count() == 1);
}

TEST_CASE("framed_connection ends, and stays in bounds, when the buffer budget is spent") {
    fixture at;
    common::stream::pool_limits none;
    none.live_bytes_max = 0;
    stream::buffer_pool empty(none);
    auto wire = std::make_shared<fake_transport>();
    recorder session;
    auto link = framed_connection::create(at.loop, wire, empty, {});
    link->start(session);
    wire->arrive(frame_of(10));
    at.loop.run_ready();
    REQUIRE(session.reason == close_reason::no_memory);
}
