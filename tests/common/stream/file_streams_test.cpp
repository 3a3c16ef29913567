#include "common/stream/file_sink.hpp"
#include "common/stream/file_source.hpp"
#include "common/stream/pipe.hpp"
#include "common/stream/stream_error.hpp"
#include "tests/catch.hpp"
#include "tests/common/stream/doubles.hpp"
#include "tests/support/manual_loop.hpp"
#include "tests/support/memory_file.hpp"

#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

namespace stream = common::stream;
using common::stream::slice;
using stream_tests::random_text;
using stream_tests::read_all;
using tests::support::manual_loop;
using tests::support::manual_pool;
using tests::support::memory_file;

namespace {

struct bench {
    manual_loop loop;
    manual_pool blocking;
    stream::buffer_pool buffers;
    std::shared_ptr<memory_file> file = std::make_shared<memory_file>();

    stream::file_source source(stream::file_source_options options) {
        return {loop, blocking, buffers, file, options};
    }
};

slice text(std::string_view letters) {
    return slice::copy_of(letters);
}

}  // namespace

TEST_CASE("file_source gives exactly the range it was asked for") {
    const auto content = random_text(3, 1'000);
    struct row {
        std::uint64_t offset;
        std::optional<std::uint64_t> length;
        std::size_t chunk;
    };
    const row rows[] = {{0, {}, 64},   {0, 1'000, 64},  {0, 1'000, 1'000}, {0, 1'000, 4'096},
                        {0, 0, 64},    {1'000, 0, 64},  {999, 1, 64},      {500, {}, 100},
                        {250, 500, 1}, {1'000, {}, 64}, {5'000, {}, 64}};
    for (const auto& [offset, length, chunk] : rows) {
        CAPTURE(offset, chunk);
        bench on;
        on.file = std::make_shared<memory_file>(content);
        auto source = on.source({.offset_bytes = offset, .length_bytes = length, .chunk_bytes = chunk});
        const auto expected =
            content.substr(std::min<std::size_t>(offset, content.size()), length.value_or(1'000));
        REQUIRE(*on.loop.run(read_all(source)) == expected);
        REQUIRE(on.loop.run(source.read())->empty());
        REQUIRE(on.buffers.statistics().live_bytes == 0);
    }
}

TEST_CASE("file_source says that a file is shorter than the range") {
    bench on;
    on.file = std::make_shared<memory_file>(std::string(100, 'x'));
    auto source = on.source({.length_bytes = 101, .chunk_bytes = 30});
    REQUIRE(on.loop.run(read_all(source)).error() == stream::stream_error::truncated);
    REQUIRE(on.loop.run(source.read()).error() == stream::stream_error::truncated);
}

TEST_CASE("file_source reads ahead what it may and no more") {
    bench on;
    on.file = std::make_shared<memory_file>(std::string(1'000, 'x'));
    on.blocking.hold();
    auto source = on.source({.length_bytes = 1'000, .chunk_bytes = 100, .reads_in_flight = 3});
    const auto first = on.loop.spawn(source.read());
    on.loop.run_ready();
    REQUIRE(on.blocking.waiting() == 3);
    REQUIRE(on.blocking.release(2));
    on.loop.run_ready();
    REQUIRE_FALSE(first->done());
    REQUIRE(on.blocking.release(0));
    on.loop.run_ready();
    REQUIRE(first->value()->size() == 100);
    REQUIRE(on.blocking.waiting() == 2);
    on.blocking.resume();
    REQUIRE(on.loop.run(read_all(source))->size() == 900);
    REQUIRE(on.blocking.waiting_peak() == 3);
}

TEST_CASE("file_source leaves head room for a frame header in every slice") {
    bench on;
    on.file = std::make_shared<memory_file>(std::string(300, 'x'));
    auto source = on.source({.chunk_bytes = 100, .head_room_bytes = 24});
    for (int i = 0; i < 3; ++i) {
        auto got = on.loop.run(source.read());
        REQUIRE(got->text() == std::string(100, 'x'));
        REQUIRE(got->unique());
        const auto header = got->extend_front(24);
        std::fill(header.begin(), header.end(), std::byte{'h'});
        REQUIRE(got->text() == std::string(24, 'h') + std::string(100, 'x'));
    }
}

TEST_CASE("file_source shrinks its read-ahead with the buffer budget and fails only without any") {
    bench on;
    on.file = std::make_shared<memory_file>(std::string(3'000, 'x'));
    stream::buffer_pool small({.live_bytes_max = 512, .idle_bytes_max = 512});
    stream::file_source source(on.loop, on.blocking, small, on.file,
                               {.chunk_bytes = 500, .reads_in_flight = 4});
    REQUIRE(on.loop.run(read_all(source))->size() == 3'000);
    REQUIRE(on.blocking.waiting_peak() == 1);

    const auto taken = small.try_allocate(500);
    REQUIRE(taken);
    stream::file_source starved(on.loop, on.blocking, small, on.file);
    REQUIRE(on.loop.run(starved.read()).error() == std::errc::not_enough_memory);
}

TEST_CASE("file_source wakes its reader when it is aborted and may go with reads in flight") {
    bench on;
    on.file = std::make_shared<memory_file>(std::string(1'000, 'x'));
    on.blocking.hold();
    {
        auto source = on.source({.chunk_bytes = 100});
        const auto reading = on.loop.spawn(source.read());
        on.loop.run_ready();
        source.abort(make_error_code(std::errc::operation_canceled));
        on.loop.run_ready();
        REQUIRE(reading->value().error() == std::errc::operation_canceled);
    }
    on.blocking.resume();
    on.loop.run_ready();
    REQUIRE(on.buffers.statistics().live_bytes == 0);
}

TEST_CASE("file_source refuses options out of their limits") {
    bench on;
    REQUIRE_THROWS_AS(on.source({.chunk_bytes = 0}), std::invalid_argument);
    REQUIRE_THROWS_AS(on.source({.head_room_bytes = 513}), std::invalid_argument);
    REQUIRE_THROWS_AS(on.source({.reads_in_flight = 0}), std::invalid_argument);
    REQUIRE_THROWS_AS(on.source({.reads_in_flight = 17}), std::invalid_argument);
    REQUIRE_THROWS_AS(on.source({.offset_bytes = 2, .length_bytes = ~std::uint64_t{0}}),
                      std::invalid_argument);
}

TEST_CASE("file_sink writes everything where it belongs and syncs when asked") {
    for (const auto sync : {stream::sync_on_finish::nothing, stream::sync_on_finish::data}) {
        bench on;
        on.file = std::make_shared<memory_file>("0123456789");
        stream::file_sink sink(on.loop, on.blocking, on.file, {.offset_bytes = 4, .sync = sync});
        REQUIRE_FALSE(on.loop.run(sink.write(text("abc"))));
        REQUIRE_FALSE(on.loop.run(sink.write(text(""))));
        REQUIRE_FALSE(on.loop.run(sink.write(text("def"))));
        REQUIRE_FALSE(on.loop.run(sink.finish()));
        REQUIRE(on.file->content() == "0123abcdef");
        REQUIRE(on.file->syncs() == (sync == stream::sync_on_finish::nothing ? 0 : 1));
        REQUIRE(sink.written_bytes() == 6);
        sink.abort(make_error_code(std::errc::operation_canceled));
        REQUIRE_FALSE(on.loop.run(sink.finish()));
    }
}

TEST_CASE("file_sink lets its writer wait above the high mark and batches what waits") {
    bench on;
    on.blocking.hold();
    stream::file_sink sink(on.loop, on.blocking, on.file, {.high_water_bytes = 50, .low_water_bytes = 20});
    for (int i = 0; i < 4; ++i) REQUIRE_FALSE(on.loop.run(sink.write(text("ten bytes."))));
    const auto fifth = on.loop.spawn(sink.write(text("ten bytes.")));
    on.loop.run_ready();
    REQUIRE_FALSE(fifth->done());
    REQUIRE(sink.waiting_bytes() == 50);
    REQUIRE(on.blocking.waiting() == 2);
    REQUIRE(on.blocking.release(1));
    on.loop.run_ready();
    REQUIRE_FALSE(fifth->done());
    REQUIRE(on.blocking.waiting() == 2);
    REQUIRE(on.blocking.release(1));
    on.loop.run_ready();
    REQUIRE_FALSE(fifth->value());
    REQUIRE(on.file->content().substr(10) == "ten bytes.ten bytes.ten bytes.ten bytes.");
    on.blocking.resume();
    REQUIRE_FALSE(on.loop.run(sink.finish()));
    REQUIRE(on.blocking.ran() == 3);
    REQUIRE(on.file->content().size() == 50);
}

TEST_CASE("file_sink carries a failed write or sync to every later call") {
    for (std::uint64_t failing = 0; failing < 3; ++failing) {
        CAPTURE(failing);
        bench on;
        stream::file_sink sink(on.loop, on.blocking, on.file, {.sync = stream::sync_on_finish::all});
        on.file->fail_call(failing);
        (void)on.loop.run(sink.write(text("one")));
        on.loop.run_ready();
        (void)on.loop.run(sink.write(text("two")));
        on.loop.run_ready();
        REQUIRE(on.loop.run(sink.finish()) == std::errc::io_error);
        REQUIRE(on.loop.run(sink.write(text("three"))) == std::errc::io_error);
        REQUIRE(on.file->syncs() == 0);
    }
}

TEST_CASE("file_sink wakes its writer when it is aborted and may go with batches in flight") {
    bench on;
    on.blocking.hold();
    {
        stream::file_sink sink(on.loop, on.blocking, on.file, {.high_water_bytes = 5, .low_water_bytes = 2});
        const auto writing = on.loop.spawn(sink.write(text("enough")));
        on.loop.run_ready();
        sink.abort(make_error_code(std::errc::operation_canceled));
        on.loop.run_ready();
        REQUIRE(writing->value() == std::errc::operation_canceled);
    }
    on.blocking.resume();
    on.loop.run_ready();
    REQUIRE(on.file->content() == "enough");
}

TEST_CASE("file streams copy a file through a pipe bit for bit, or fail, whichever call fails") {
    const auto content = random_text(11, 20'000);
    for (std::uint64_t failing = 0; failing < 80; ++failing) {
        CAPTURE(failing);
        bench on;
        on.file = std::make_shared<memory_file>(content);
        const auto copy = std::make_shared<memory_file>();
        auto& faulty = failing % 2 == 0 ? *on.file : *copy;
        faulty.fail_call(failing / 2);
        auto source = on.source({.length_bytes = content.size(), .chunk_bytes = 700});
        stream::file_sink sink(
            on.loop, on.blocking, copy,
            {.high_water_bytes = 3'000, .low_water_bytes = 1'000, .sync = stream::sync_on_finish::data});
        stream::pipe moving(source, {}, sink, {.high_water_bytes = 2'000, .low_water_bytes = 500});
        const auto error = on.loop.run(moving.run());
        on.loop.run_ready();
        if (faulty.calls() > failing / 2) {
            REQUIRE(error == std::errc::io_error);
        } else {
            REQUIRE_FALSE(error);
            REQUIRE(copy->synced_content() == content);
        }
        REQUIRE(on.buffers.statistics().live_bytes == 0);
    }
}
