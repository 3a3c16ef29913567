#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/session/messages.hpp"
#include "tests/catch.hpp"
#include "tests/support/hex.hpp"

using protocol::error_code;
using protocol::frame::decoder;
using protocol::wire::bytes_view;
using tests::support::from_hex;
using tests::support::to_hex;
namespace session = protocol::session;
namespace limits = protocol::limits;

namespace {

struct blob {
    static constexpr std::uint16_t type = 0x7f02;
    std::uint32_t index = 0;
    bytes_view data;
    static constexpr auto members() {
        return std::tuple{protocol::wire::member("index", &blob::index),
                          protocol::wire::member("data", &blob::data, 1024)};
    }
};

}  // namespace

TEST_CASE("a frame is twelve bytes of header and the payload") {
    CHECK(to_hex(protocol::frame::encode(session::ping{.token = 0x0807060504030201}, 0x2a)) ==
          "08000000"  // payload bytes
          "0600"      // type
          "00"        // flags
          "53"        // magic
          "2a000000"  // request
          "0102030405060708");
}

TEST_CASE("messages that must not be skipped carry the critical flag") {
    const auto bytes = protocol::frame::encode(session::refusal{});
    CHECK(bytes[6] == std::byte{protocol::frame::flag_critical});
}

TEST_CASE("decoder asks for more when the header is cut, and for the frame when the header is there") {
    const auto bytes = protocol::frame::encode(session::ping{.token = 1});
    decoder frames{limits::handshake_payload_bytes_max};
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        INFO("first " << size << " bytes");
        const auto step = frames.next(bytes_view{std::span{bytes}.first(size)});
        CHECK(step.state == decoder::state::more);
        CHECK(step.frame_bytes ==
              (size < limits::frame_header_bytes ? limits::frame_header_bytes : bytes.size()));
    }
    CHECK(frames.next(bytes_view{bytes}).state == decoder::state::ready);
}

TEST_CASE("decoder takes one frame at a time from a buffer with several") {
    std::vector<std::byte> bytes;
    protocol::frame::append(bytes, session::ping{.token = 1}, 5);
    protocol::frame::append(bytes, session::bye{});
    decoder frames{limits::handshake_payload_bytes_max};

    const auto first = frames.next(bytes_view{bytes});
    REQUIRE(first.state == decoder::state::ready);
    CHECK(first.frame.header.type == session::ping::type);
    CHECK(first.frame.header.request == 5);
    CHECK(first.frame.payload.data() == bytes.data() + limits::frame_header_bytes);

    const auto second = frames.next(bytes_view{std::span{bytes}.subspan(first.frame_bytes)});
    REQUIRE(second.state == decoder::state::ready);
    CHECK(second.frame.header.type == session::bye::type);
    CHECK(second.frame.payload.empty());
    CHECK(first.frame_bytes + second.frame_bytes == bytes.size());
}

TEST_CASE("decoder refuses a bad header and stays failed") {
    const struct {
        const char* what;
        const char* hex;
        error_code expected;
    } rows[] = {
        {"an HTTP request", "474554202f20485454502f31", error_code::malformed},
        {"an unknown flag", "00000000 0600 02 53 00000000", error_code::malformed},
        {"a payload of 4 GiB", "ffffffff 0600 00 53 00000000", error_code::too_large},
        {"one byte over the limit", "01100000 0600 00 53 00000000", error_code::too_large},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        decoder frames{limits::handshake_payload_bytes_max};
        const auto bytes = from_hex(row.hex);
        const auto step = frames.next(bytes_view{bytes});
        CHECK(step.state == decoder::state::failed);
        CHECK(step.error == row.expected);
        const auto fine = protocol::frame::encode(session::bye{});
        CHECK(frames.next(bytes_view{fine}).state == decoder::state::failed);
    }
}

TEST_CASE("a frame prefix and the bulk behind it are the frame of the whole message") {
    const auto data = from_hex("0102030405");
    const auto whole = protocol::frame::encode(blob{.index = 9, .data = bytes_view{data}}, 3);
    std::vector<std::byte> parts(64);
    const std::size_t prefix =
        protocol::frame::encode_prefix_to(std::span{parts}, blob{.index = 9, .data = {}}, data.size(), 3);
    parts.resize(prefix);
    parts.insert(parts.end(), data.begin(), data.end());
    CHECK(to_hex(parts) == to_hex(whole));
}
