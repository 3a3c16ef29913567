#include "common/stream/pipe.hpp"

#include "tests/catch.hpp"
#include "tests/common/stream/doubles.hpp"
#include "tests/support/manual_loop.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include <random>
#include <stdexcept>
#include <string>

namespace stream = common::stream;
using common::stream::slice;
using common::stream::task;
using stream_tests::fault;
using stream_tests::faulty_transform;
using stream_tests::random_text;
using stream_tests::text_sink;
using stream_tests::text_source;
using tests::support::manual_loop;
using namespace std::chrono_literals;

namespace {

const auto cancelled = make_error_code(std::errc::operation_canceled);

// A source, two transforms and a sink, as slow as the test wants them.
struct line {
    explicit line(std::uint64_t failing_step, common::seam::duration source_delay = {},
                  common::seam::duration sink_delay = {}, std::size_t slice_bytes_max = 100)
        : faults(failing_step),
          source(loop, faults, text, slice_bytes_max, source_delay),
          sink(loop, faults, sink_delay) {}

    manual_loop loop;
    std::string text = random_text(7, 1'000);
    fault faults;
    text_source source;
    faulty_transform first{faults, "<first>"};
    faulty_transform second{faults, "<second>"};
    text_sink sink;
    stream::pipe moving{source, {&first, &second}, sink, stream::pipe_options{300, 100, &loop}};
};

}  // namespace

TEST_CASE("pipe moves everything through its transforms and finishes the sink") {
    line parts(stream_tests::never);
    REQUIRE_FALSE(parts.loop.run(parts.moving.run()));
    REQUIRE(parts.sink.text() == parts.text + "<first><second>");
    REQUIRE(parts.sink.finished());
    REQUIRE_FALSE(parts.sink.aborted());
    REQUIRE_FALSE(parts.source.aborted());
    const auto counts = parts.moving.statistics();
    REQUIRE(counts.bytes_read == 1'000);
    REQUIRE(counts.bytes_written == 1'015);
    REQUIRE(counts.bytes_in_flight == 0);
}

TEST_CASE("pipe moves nothing through no transforms") {
    manual_loop loop;
    fault none;
    text_source source(loop, none, "", 10);
    text_sink sink(loop, none);
    stream::pipe moving(source, {}, sink);
    REQUIRE_FALSE(loop.run(moving.run()));
    REQUIRE(sink.finished());
}

TEST_CASE("pipe carries the failure of any step to both ends and all transforms") {
    std::uint64_t steps = 0;
    {
        line parts(stream_tests::never);
        REQUIRE_FALSE(parts.loop.run(parts.moving.run()));
        steps = parts.faults.steps();
        REQUIRE(steps > 40);
    }
    for (std::uint64_t failing = 0; failing < steps; ++failing) {
        CAPTURE(failing);
        line parts(failing);
        REQUIRE(parts.loop.run(parts.moving.run()) == std::errc::io_error);
        REQUIRE_FALSE(parts.sink.finished());
        REQUIRE(parts.sink.aborted() == std::errc::io_error);
        REQUIRE(parts.source.aborted() == std::errc::io_error);
        REQUIRE(parts.first.aborted() == std::errc::io_error);
        REQUIRE(parts.second.aborted() == std::errc::io_error);
        REQUIRE(parts.moving.statistics().bytes_in_flight == 0);
    }
}

TEST_CASE("pipe cancelled at any time ends both ends at once") {
    for (int ms = 0; ms < 60; ++ms) {
        CAPTURE(ms);
        line parts(stream_tests::never, 2ms, 3ms);
        const auto running = parts.loop.spawn(parts.moving.run());
        parts.loop.advance(std::chrono::milliseconds(ms));
        REQUIRE_FALSE(running->done());
        parts.moving.cancel(cancelled);
        parts.loop.run_ready();
        REQUIRE(running->value() == cancelled);
        REQUIRE(parts.sink.aborted() == cancelled);
        REQUIRE(parts.source.aborted() == cancelled);
        REQUIRE(parts.loop.timers_running() == 0);
        REQUIRE(parts.text.substr(0, parts.sink.text().size()) == parts.sink.text());
    }
}

TEST_CASE("pipe cancelled after its end stays finished") {
    line parts(stream_tests::never);
    REQUIRE_FALSE(parts.loop.run(parts.moving.run()));
    parts.moving.cancel(cancelled);
    REQUIRE_FALSE(parts.sink.aborted());
}

TEST_CASE("pipe is cancelled with the task that awaits it, and waits for both halves") {
    line parts(stream_tests::never, 2ms, 3ms);
    asio::cancellation_signal stop;
    std::error_code ended;
    const auto body = [&]() -> task<void> { ended = co_await parts.moving.run(); };
    asio::co_spawn(parts.loop.context(), body,
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
    parts.loop.advance(10ms);
    stop.emit(asio::cancellation_type::terminal);
    parts.loop.run_ready();
    REQUIRE(ended == cancelled);
    REQUIRE(parts.sink.aborted() == cancelled);
}

TEST_CASE("pipe under a slow sink never holds more than its bound") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 50; ++round) {
        manual_loop loop;
        fault none;
        const std::size_t slice_bytes_max = 1 + random() % 400;
        const std::size_t low = random() % 500;
        const std::size_t high = low + 1 + random() % 500;
        const auto text = random_text(random(), 20'000);
        text_source source(loop, none, text, slice_bytes_max, {}, random());
        text_sink sink(loop, none, 1ms);
        stream::pipe moving(source, {}, sink, {high, low, &loop});
        const auto running = loop.spawn(moving.run());
        std::size_t held_peak = 0;
        while (!running->done()) {
            loop.run_ready();
            held_peak = std::max(held_peak, source.given() - sink.text().size());
            loop.advance_to_next_timer();
        }
        REQUIRE_FALSE(running->value());
        REQUIRE(sink.text() == text);
        REQUIRE(held_peak <= high - 1 + slice_bytes_max);
        REQUIRE(moving.statistics().bytes_in_flight_peak <= high - 1 + slice_bytes_max);
        REQUIRE(moving.statistics().sink_wait > moving.statistics().source_wait);
    }
}

TEST_CASE("pipe lets others on the loop run while neither end waits") {
    manual_loop loop;
    fault none;
    text_source source(loop, none, random_text(1, 32 << 20), 1 << 20);
    text_sink sink(loop, none);
    stream::pipe moving(source, {}, sink);
    int turns = 0;
    const auto others = [&]() -> task<void> {
        for (int i = 0; i < 1'000; ++i) {
            co_await stream::yield();
            if (sink.finished()) co_return;
            ++turns;
        }
    };
    const auto running = loop.spawn(moving.run());
    loop.run(others());
    REQUIRE_FALSE(running->value());
    REQUIRE(turns >= 4);
}

TEST_CASE("pipe rethrows what a part throws, after closing both ends") {
    class throwing final : public stream::transform {
      public:
        task<std::error_code> push(slice, stream::writable&) override {
            throw std::length_error("defect");
            co_return std::error_code{};
        }
        task<std::error_code> finish(stream::writable&) override { co_return std::error_code{}; }
        void abort(std::error_code) override {}
    };
    manual_loop loop;
    fault none;
    throwing broken;
    text_source source(loop, none, "text", 10);
    text_sink sink(loop, none);
    stream::pipe moving(source, {&broken}, sink);
    REQUIRE_THROWS_AS(loop.run(moving.run()), std::length_error);
    REQUIRE(sink.aborted());
    REQUIRE(source.aborted());
}

TEST_CASE("transformed streams pass bytes, the end and errors like the parts they are made of") {
    manual_loop loop;
    fault none;
    text_source source(loop, none, "body", 1);
    faulty_transform step(none, "!");
    stream::transformed_source whole(source, step);
    REQUIRE(*loop.run(stream_tests::read_all(whole)) == "body!");

    text_sink sink(loop, none);
    stream::transformed_sink into(step, sink);
    REQUIRE_FALSE(loop.run(into.write(slice::copy_of(std::string_view{"body"}))));
    REQUIRE_FALSE(loop.run(into.finish()));
    REQUIRE(sink.text() == "body!");
    REQUIRE(sink.finished());

    for (std::uint64_t failing = 0; failing < 10; ++failing) {
        fault one(failing);
        text_source origin(loop, one, "body", 1);
        faulty_transform other(one, "!");
        stream::transformed_source failing_whole(origin, other);
        REQUIRE(loop.run(stream_tests::read_all(failing_whole)).error() == std::errc::io_error);
        REQUIRE(loop.run(failing_whole.read()).error() == std::errc::io_error);
        REQUIRE(origin.aborted() == std::errc::io_error);
    }
}
