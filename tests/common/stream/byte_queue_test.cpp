#include "common/stream/byte_queue.hpp"

#include "common/stream/queue_streams.hpp"
#include "tests/catch.hpp"
#include "tests/common/stream/doubles.hpp"
#include "tests/support/manual_loop.hpp"

#include <random>
#include <string>

using common::stream::byte_queue;
using common::stream::queue_source;
using common::stream::slice;
using common::stream::task;
using stream_tests::random_text;
using tests::support::manual_loop;

namespace {

slice text(std::string_view letters) {
    return slice::copy_of(letters);
}

}  // namespace

TEST_CASE("byte_queue gives slices in order and an empty one at the end") {
    manual_loop loop;
    byte_queue queue(100, 50);
    REQUIRE_FALSE(loop.run(queue.push(text("one"))));
    REQUIRE_FALSE(loop.run(queue.push(text(""))));
    REQUIRE_FALSE(loop.run(queue.push(text("two"))));
    queue.finish();
    REQUIRE(loop.run(queue.pop())->text() == "one");
    REQUIRE(loop.run(queue.pop())->text() == "two");
    REQUIRE(loop.run(queue.pop())->empty());
    REQUIRE(loop.run(queue.pop())->empty());
}

TEST_CASE("byte_queue lets a push wait from the high mark down to the low mark") {
    manual_loop loop;
    byte_queue queue(8, 3);
    REQUIRE_FALSE(loop.run(queue.push(text("aaaa"))));
    REQUIRE_FALSE(loop.run(queue.push(text("bbbb"))));
    const auto waiting = loop.spawn(queue.push(text("c")));
    loop.run_ready();
    REQUIRE(loop.run(queue.pop())->text() == "aaaa");
    REQUIRE_FALSE(waiting->done());
    REQUIRE(loop.run(queue.pop())->text() == "bbbb");
    loop.run_ready();
    REQUIRE_FALSE(waiting->done());
    const auto next = loop.spawn(queue.pop());
    loop.run_ready();
    REQUIRE_FALSE(waiting->value());
    REQUIRE(next->value()->text() == "c");
}

TEST_CASE("byte_queue counts a popped slice until the next pop") {
    manual_loop loop;
    byte_queue queue(8, 3);
    REQUIRE_FALSE(loop.run(queue.push(text("12345678"))));
    REQUIRE(loop.run(queue.pop())->size() == 8);
    REQUIRE(queue.bytes() == 8);
    auto refused = text("9");
    REQUIRE_FALSE(queue.try_push(refused));
    REQUIRE(refused.text() == "9");
    int resumed = 0;
    queue.on_resume([&] { ++resumed; });
    const auto next = loop.spawn(queue.pop());
    loop.run_ready();
    REQUIRE(resumed == 1);
    REQUIRE(queue.try_push(refused));
    loop.run_ready();
    REQUIRE(next->value()->text() == "9");
}

TEST_CASE("byte_queue wakes a waiting producer with the error of its failure") {
    manual_loop loop;
    byte_queue queue(4, 2);
    REQUIRE_FALSE(loop.run(queue.push(text("full"))));
    const auto pushing = loop.spawn(queue.push(text("more")));
    loop.run_ready();
    queue.fail(make_error_code(std::errc::broken_pipe));
    queue.fail(make_error_code(std::errc::timed_out));
    loop.run_ready();
    REQUIRE(pushing->value() == std::errc::broken_pipe);
    REQUIRE(loop.run(queue.pop()).error() == std::errc::broken_pipe);
    REQUIRE(queue.bytes() == 0);
    auto late = text("late");
    REQUIRE_FALSE(queue.try_push(late));
}

TEST_CASE("byte_queue wakes a waiting consumer with the end or the failure") {
    for (const bool fails : {false, true}) {
        manual_loop loop;
        byte_queue queue;
        const auto popping = loop.spawn(queue.pop());
        loop.run_ready();
        REQUIRE_FALSE(popping->done());
        if (fails) queue.fail(make_error_code(std::errc::broken_pipe));
        if (!fails) queue.finish();
        loop.run_ready();
        const auto got = popping->value();
        REQUIRE(static_cast<bool>(got) == !fails);
        if (fails) REQUIRE(got.error() == std::errc::broken_pipe);
        if (!fails) REQUIRE(got->empty());
    }
}

TEST_CASE("byte_queue keeps order and bound for random sizes, marks and schedules") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        manual_loop loop;
        const std::size_t low = random() % 50;
        const std::size_t high = low + 1 + random() % 100;
        const std::size_t slice_bytes_max = 1 + random() % 120;
        byte_queue queue(high, low);
        const auto sent = random_text(random(), 3'000);

        const auto produce = [&]() -> task<void> {
            std::size_t at = 0;
            while (at < sent.size()) {
                auto piece = text(std::string_view{sent}.substr(at, 1 + random() % slice_bytes_max));
                at += piece.size();
                const auto error = co_await queue.push(std::move(piece));
                REQUIRE_FALSE(error);
                REQUIRE(queue.bytes() < high + slice_bytes_max);
                const bool rest = random() % 4 == 0;
                if (rest) co_await common::stream::yield();
            }
            queue.finish();
        };
        queue_source source(queue);
        const auto producing = loop.spawn(produce());
        const auto got = loop.run(stream_tests::read_all(source));
        producing->value();
        REQUIRE(*got == sent);
        REQUIRE(queue.bytes_peak() < high + slice_bytes_max);
    }
}

TEST_CASE("memory_duplex_pair ends each direction by itself") {
    manual_loop loop;
    common::stream::memory_duplex_pair ends;
    REQUIRE_FALSE(loop.run(ends.left().write(text("question"))));
    REQUIRE_FALSE(loop.run(ends.left().finish()));
    REQUIRE(*loop.run(stream_tests::read_all(ends.right())) == "question");
    REQUIRE_FALSE(loop.run(ends.right().write(text("answer"))));
    REQUIRE(loop.run(ends.left().read())->text() == "answer");
    ends.right().abort(make_error_code(std::errc::connection_reset));
    REQUIRE(loop.run(ends.left().read()).error() == std::errc::connection_reset);
}
