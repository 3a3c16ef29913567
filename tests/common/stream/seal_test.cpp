#include "common/stream/open_transform.hpp"
#include "common/stream/seal_transform.hpp"
#include "common/stream/stream_error.hpp"
#include "common/stream/transformed.hpp"
#include "tests/catch.hpp"
#include "tests/common/stream/doubles.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/manual_loop.hpp"

#include <random>
#include <string>

namespace stream = common::stream;
using common::stream::result;
using common::stream::stream_error;
using stream_tests::fault;
using stream_tests::random_text;
using stream_tests::read_all;
using stream_tests::text_source;
using tests::support::from_hex;
using tests::support::manual_loop;
using tests::support::manual_pool;

namespace {

constexpr std::size_t chunk = stream::limits::sealed_chunk_bytes;
constexpr std::size_t sealed_chunk = stream::sealed_chunk_wire_bytes;

stream::seal_key key_of(std::uint8_t fill) {
    std::array<std::byte, stream::seal_key_bytes> raw{};
    raw.fill(std::byte{fill});
    return stream::seal_key(raw);
}

// Cheap settings: what is tested is not how slow Argon2 is.
const stream::passphrase_settings quick{.passes = 1, .memory_kib = 8, .salt = {std::byte{1}}};

std::string through(stream::transform& step, const std::string& text, std::size_t slice_bytes_max,
                    std::error_code& error, manual_loop& loop) {
    fault none;
    text_source source(loop, none, text, slice_bytes_max);
    stream::transformed_source whole(source, step);
    const auto got = loop.run(read_all(whole));
    error = got.error();
    return got ? *got : std::string{};
}

struct bench {
    manual_loop loop;
    manual_pool blocking;
    stream::buffer_pool buffers;
    std::error_code error;

    std::string seal(const std::string& text, std::size_t slice_bytes_max = 1 << 20) {
        stream::seal_transform step(buffers, key_of(7));
        auto sealed = through(step, text, slice_bytes_max, error, loop);
        REQUIRE_FALSE(error);
        return sealed;
    }
    std::string open(const std::string& sealed, std::size_t slice_bytes_max = 1 << 20,
                     const stream::seal_key& key = key_of(7)) {
        stream::open_transform step(buffers, stream::raw_key_finder(key));
        return through(step, sealed, slice_bytes_max, error, loop);
    }
};

}  // namespace

TEST_CASE("sealed data opens to what was sealed, whatever the sizes") {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1, 3 * chunk, 200'000ul}) {
        for (const std::size_t slice_bytes_max : {std::size_t{777}, chunk, std::size_t{1} << 20}) {
            CAPTURE(size, slice_bytes_max);
            bench on;
            const auto text = random_text(size, size);
            const auto sealed = on.seal(text, slice_bytes_max);
            REQUIRE(sealed.size() == stream::seal_preamble_bytes + size + (size / chunk + 1) * 17);
            REQUIRE(on.open(sealed, slice_bytes_max) == text);
            REQUIRE_FALSE(on.error);
            REQUIRE(on.buffers.statistics().live_bytes == 0);
        }
    }
}

TEST_CASE("sealing the same twice gives different bytes") {
    bench on;
    REQUIRE(on.seal("the same") != on.seal("the same"));
}

TEST_CASE("sealed data cut anywhere does not open") {
    bench on;
    const auto sealed = on.seal(random_text(1, 2 * chunk + 100));
    const std::size_t head = stream::seal_preamble_bytes;
    const std::size_t cuts[] = {0,
                                1,
                                head - 1,
                                head,
                                head + 16,
                                head + 17,
                                head + sealed_chunk - 1,
                                head + sealed_chunk,
                                head + sealed_chunk + 1,
                                head + 2 * sealed_chunk,
                                head + 2 * sealed_chunk + 17,
                                sealed.size() - 1};
    for (const auto size : cuts) {
        CAPTURE(size);
        (void)on.open(sealed.substr(0, size));
        const bool noticed = on.error == stream_error::truncated || on.error == stream_error::altered;
        REQUIRE(noticed);
    }
    (void)on.open(sealed.substr(0, head + 2 * sealed_chunk));
    REQUIRE(on.error == stream_error::truncated);
}

TEST_CASE("sealed data with any byte changed, moved or added does not open") {
    bench on;
    const auto sealed = on.seal(random_text(1, 2 * chunk + 50));
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 60; ++round) {
        auto altered = sealed;
        // The first rounds change the preamble, byte for byte.
        const auto at = round < 56 ? static_cast<std::size_t>(round) : random() % sealed.size();
        CAPTURE(at);
        altered[at] = static_cast<char>(altered[at] ^ (1 << (random() % 8)));
        REQUIRE(on.open(altered).empty());
        REQUIRE(on.error);
    }
    const std::size_t head = stream::seal_preamble_bytes;
    const auto first = sealed.substr(head, sealed_chunk);
    const auto second = sealed.substr(head + sealed_chunk, sealed_chunk);
    const auto rest = sealed.substr(head + 2 * sealed_chunk);
    for (const auto& forged : {second + first + rest, first + rest, first + first + second + rest,
                               first + second + rest + "x", first + second + second.substr(0, 1'000)}) {
        (void)on.open(sealed.substr(0, head) + forged);
        REQUIRE(on.error == stream_error::altered);
    }
    (void)on.open(sealed + rest);
    REQUIRE(on.error == stream_error::altered);
}

TEST_CASE("sealed data does not open with another key") {
    bench on;
    (void)on.open(on.seal("text"), 1 << 20, key_of(8));
    REQUIRE(on.error == stream_error::altered);
}

TEST_CASE("sealed data opens with the passphrase it was sealed with, derived on the blocking pool") {
    bench on;
    const auto key = stream::derive_seal_key("correct horse", quick);
    REQUIRE(key);
    stream::seal_transform seal(on.buffers, *key, quick);
    const auto sealed = through(seal, "secret", 100, on.error, on.loop);

    for (const auto& [passphrase, opens] :
         {std::pair{"correct horse", true}, std::pair{"wrong horse", false}}) {
        const auto ran_before = on.blocking.ran();
        stream::open_transform open(on.buffers, stream::passphrase_finder(on.loop, on.blocking, passphrase));
        const auto text = through(open, sealed, 100, on.error, on.loop);
        REQUIRE(text == (opens ? "secret" : ""));
        REQUIRE((on.error == stream_error::altered) == !opens);
        REQUIRE(on.blocking.ran() == ran_before + 1);
    }
    (void)on.open(sealed);
    REQUIRE(on.error == stream_error::wrong_key_kind);
    const auto sealed_raw = on.seal("secret");
    stream::open_transform open(on.buffers, stream::passphrase_finder(on.loop, on.blocking, "correct horse"));
    (void)through(open, sealed_raw, 100, on.error, on.loop);
    REQUIRE(on.error == stream_error::wrong_key_kind);
}

TEST_CASE("seal preamble has this form and no other") {
    stream::seal_preamble preamble;
    preamble.key_kind = stream::seal_key_kind::passphrase;
    preamble.passphrase = {.passes = 3, .memory_kib = 65'536, .salt = {}};
    preamble.passphrase.salt.fill(std::byte{0xaa});
    preamble.stream_header.fill(std::byte{0xbb});
    const auto bytes = from_hex(
        "534c5345414c 01 01 03000000 00000100 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    const auto encoded = encode(preamble);
    REQUIRE(std::equal(bytes.begin(), bytes.end(), encoded.begin(), encoded.end()));
    REQUIRE(*stream::decode_seal_preamble(encoded) == preamble);

    struct row {
        std::size_t at;
        std::uint8_t value;
        stream_error error;
    };
    const row rows[] = {
        {0, 'X', stream_error::unknown_format},        {6, 2, stream_error::unknown_format},
        {6, 0, stream_error::unknown_format},          {7, 0, stream_error::unknown_format},
        {7, 2, stream_error::unknown_format},          {8, 0, stream_error::unknown_format},
        {8, 17, stream_error::passphrase_too_hard},    {11, 1, stream_error::passphrase_too_hard},
        {15, 0xff, stream_error::passphrase_too_hard}, {14, 0, stream_error::unknown_format}};
    for (const auto& [at, value, error] : rows) {
        CAPTURE(at, value);
        auto changed = encoded;
        changed[at] = std::byte{value};
        REQUIRE(stream::decode_seal_preamble(changed).error() == error);
    }
}

TEST_CASE("derive_seal_key refuses passphrases and settings out of their limits") {
    REQUIRE(stream::derive_seal_key("", quick).error() == std::errc::invalid_argument);
    REQUIRE(stream::derive_seal_key(std::string(1'025, 'x'), quick).error() == std::errc::invalid_argument);
    auto hard = quick;
    hard.memory_kib = stream::limits::passphrase_memory_kib_max + 1;
    REQUIRE(stream::derive_seal_key("x", hard).error() == stream_error::passphrase_too_hard);
}

TEST_CASE("sealing and opening say when the buffer budget is spent") {
    manual_loop loop;
    stream::buffer_pool none({.live_bytes_max = 0, .idle_bytes_max = 0});
    std::error_code error;
    stream::seal_transform seal(none, key_of(7));
    (void)through(seal, "text", 100, error, loop);
    REQUIRE(error == std::errc::not_enough_memory);
    stream::open_transform open(none, stream::raw_key_finder(key_of(7)));
    bench on;
    (void)through(open, on.seal("text"), 10, error, loop);
    REQUIRE(error == std::errc::not_enough_memory);
}
