#include "common/transfer/packing.hpp"

#include "common/transfer/limits.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/catch.hpp"
#include "tests/support/moments.hpp"

#include <random>
#include <string>

using tests::support::at;

using namespace std::chrono_literals;
using namespace common::transfer;
namespace stream = common::stream;
namespace upload = protocol::upload;
using protocol::error_code;

namespace {

std::string noise(std::size_t size) {
    std::mt19937_64 engine{1};
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(engine());
    return text;
}

upload::packed message_in(const packed_frames& packed) {
    const auto step =
        protocol::frame::decoder{protocol::limits::data_payload_bytes_max}.next(packed.frame.bytes());
    REQUIRE(step.state == protocol::frame::decoder::state::ready);
    REQUIRE(step.frame_bytes == packed.frame.size());
    upload::packed message;
    REQUIRE(protocol::wire::decode(step.frame.payload, message) == error_code::none);
    return message;
}

}  // namespace

TEST_CASE("what is packed comes out as it was", "[packing]") {
    stream::buffer_pool buffers;
    for (const std::size_t size : {1000U, 40'000U, 256'000U, 1'048'576U}) {
        std::string text;
        while (text.size() < size) text += "line " + std::to_string(text.size() % 977) + " of a log\n";
        text.resize(size);
        const auto packed = pack(stream::slice::copy_of(text), buffers);
        REQUIRE(packed);
        CHECK(packed->data_bytes < size / 2);
        std::vector<std::byte> room;
        REQUIRE(unpack(message_in(*packed), room) == error_code::none);
        CHECK(std::string_view{reinterpret_cast<const char*>(room.data()), room.size()} == text);
    }
}

TEST_CASE("what does not get clearly shorter is left as it is", "[packing]") {
    stream::buffer_pool buffers;
    CHECK_FALSE(pack(stream::slice::copy_of(noise(256'000)), buffers));
    CHECK_FALSE(pack(stream::slice::copy_of(noise(100)), buffers));
    CHECK_FALSE(pack(stream::slice::copy_of(std::string(2'000'000, 'a')), buffers));
}

TEST_CASE("a peer cannot make unpack() take more room than a chunk", "[packing]") {
    stream::buffer_pool buffers;
    const auto packed = pack(stream::slice::copy_of(std::string(1'000'000, 'a')), buffers);
    REQUIRE(packed);
    upload::packed message = message_in(*packed);
    std::vector<std::byte> room;
    for (const std::uint32_t announced : {0U, 1U, 999'999U, 1'000'001U, 4'000'000'000U}) {
        message.plain_bytes = announced;
        CHECK(unpack(message, room) == error_code::malformed);
        CHECK(room.capacity() <= 2 * limits::packed_bytes_max);
    }
    message.plain_bytes = 1'000'000;
    message.data = message.data.first(message.data.size() - 1);
    CHECK(unpack(message, room) == error_code::malformed);
}

TEST_CASE("packing is tried only while the link is slower than it", "[packing]") {
    packing_rule rule;
    CHECK_FALSE(rule.wanted());
    // 10 MB/s, and all the time the link is waited for.
    for (int i = 0; i <= 10; ++i) rule.on_sent(100'000, i * 10ms, at(i * 10ms));
    CHECK(rule.wanted());
    // Now the disk is slower than the link.
    for (int i = 11; i <= 40; ++i) rule.on_sent(100'000, 100ms, at(i * 10ms));
    CHECK_FALSE(rule.wanted());
    // A link of 1 GB/s is not worth it, however long it is waited for.
    packing_rule fast;
    for (int i = 0; i <= 100; ++i) fast.on_sent(10'000'000, i * 10ms, at(i * 10ms));
    CHECK_FALSE(fast.wanted());
}

TEST_CASE("what cannot be compressed is tried less and less often", "[packing]") {
    packing_rule rule;
    for (int i = 0; i <= 10; ++i) rule.on_sent(100'000, i * 10ms, at(i * 10ms));
    int tried = 0;
    for (int i = 0; i < 1000; ++i) {
        if (!rule.wanted()) continue;
        ++tried;
        rule.on_packed(256'000, 1ms, false);
    }
    CHECK(tried < 30);
    CHECK(tried > 10);
}
