#include "common/stream/hash_transform.hpp"
#include "common/stream/hasher.hpp"
#include "common/stream/pipe.hpp"
#include "tests/catch.hpp"
#include "tests/common/stream/doubles.hpp"
#include "tests/support/manual_loop.hpp"

#include <string>

namespace stream = common::stream;
using common::stream::hash_algorithm;

namespace {

common::seam::const_bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text.data(), text.size()});
}

}  // namespace

TEST_CASE("hasher gives the published digests") {
    struct row {
        hash_algorithm algorithm;
        std::string text;
        const char* hex;
    };
    // SHA-256: FIPS 180-4 examples. XXH3-128 with seed 0 of nothing: the xxHash reference.
    const row rows[] = {
        {hash_algorithm::sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {hash_algorithm::sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {hash_algorithm::sha256, std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
        {hash_algorithm::xxh3_128, "", "99aa06d3014798d86001c324468d497f"},
    };
    for (const auto& [algorithm, text, hex] : rows)
        REQUIRE(stream::hash(algorithm, bytes_of(text)).hex() == hex);
}

TEST_CASE("hasher does not mind how the bytes are cut, nor being asked in between") {
    const auto text = stream_tests::random_text(5, 5'000);
    for (const auto algorithm : {hash_algorithm::xxh3_128, hash_algorithm::sha256}) {
        const auto whole = stream::hash(algorithm, bytes_of(text));
        for (const std::size_t piece : {1, 7, 64, 240, 1'024, 4'999}) {
            stream::hasher sum(algorithm);
            for (std::size_t at = 0; at < text.size(); at += piece) {
                sum.update(bytes_of(std::string_view{text}.substr(at, piece)));
                if (piece > 1'000)
                    REQUIRE(sum.value() == stream::hash(algorithm, bytes_of(text.substr(0, at + piece))));
            }
            REQUIRE(sum.value() == whole);
            sum.reset();
            REQUIRE(sum.value() == stream::hash(algorithm, {}));
        }
    }
}

TEST_CASE("hash_transform passes bytes on unchanged and knows their digest") {
    tests::support::manual_loop loop;
    stream_tests::fault none;
    const auto text = stream_tests::random_text(6, 10'000);
    stream_tests::text_source source(loop, none, text, 300);
    stream_tests::text_sink sink(loop, none);
    stream::hash_transform sum(hash_algorithm::xxh3_128);
    stream::pipe moving(source, {&sum}, sink);
    REQUIRE_FALSE(loop.run(moving.run()));
    REQUIRE(sink.text() == text);
    REQUIRE(sum.bytes() == text.size());
    REQUIRE(sum.value() == stream::hash(hash_algorithm::xxh3_128, bytes_of(text)));
}
