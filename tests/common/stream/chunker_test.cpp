#include "common/stream/chunker.hpp"

#include "tests/catch.hpp"
#include "tests/common/stream/doubles.hpp"

#include <random>
#include <string>

using common::stream::buffer_pool;
using common::stream::chunker;
using common::stream::slice;

TEST_CASE("chunker cuts any slices into chunks of the size asked for") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto text = stream_tests::random_text(seed, 10'000);
    for (const std::size_t chunk_bytes : {1, 10, 999, 10'000, 10'001}) {
        buffer_pool buffers;
        chunker cut(buffers);
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const auto piece = text.substr(at, 1 + random() % 2'000);
            at += piece.size();
            cut.add(slice::copy_of(std::string_view{piece}));
            for (;;) {
                const auto got = cut.next(chunk_bytes);
                REQUIRE(got);
                if (got->empty()) break;
                REQUIRE(got->size() == chunk_bytes);
                out += got->text();
            }
        }
        const auto rest = cut.rest();
        REQUIRE(rest.size() == text.size() % chunk_bytes);
        out += rest.text();
        REQUIRE(out == text);
    }
}

TEST_CASE("chunker copies nothing when a slice holds whole chunks, and keeps no slice it has used up") {
    buffer_pool buffers;
    chunker cut(buffers);
    auto whole = buffers.allocate(4096);
    const auto* const begin = whole.data();
    cut.add(std::move(whole));
    REQUIRE(cut.next(2048)->data() == begin);
    const auto second = cut.next(2048);
    REQUIRE(second->data() == begin + 2048);
    REQUIRE(second->unique());
    REQUIRE(buffers.statistics().misses == 1);
}
