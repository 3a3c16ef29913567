#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/upload/catalogue.hpp"
#include "protocol/wire/print.hpp"
#include "tests/catch.hpp"
#include "tests/support/hex.hpp"

#include <map>

using namespace protocol;
using tests::support::from_hex;
using tests::support::to_hex;
using wire::bytes_view;

namespace {

const std::string hello_text = "hello";

upload::digest digest_of_ones() {
    upload::digest value;
    value.fill(std::byte{0x11});
    return value;
}

std::string spaceless(std::string_view hex) {
    return to_hex(from_hex(hex));
}

upload::offer small_offer() {
    return {.file_no = 7,
            .kind = upload::entry_kind::file,
            .size = 5,
            .mtime_ns = 1,
            .mode = 0644,
            .identity = 2,
            .chunk_bytes = 0,
            .digest = digest_of_ones(),
            .path = "a/b",
            .content = wire::as_bytes(hello_text)};
}

const char* const small_offer_hex =
    "45000000 0202 01 53 00000000"                   // header: 69 bytes, type, critical
    "07000000 01 0500000000000000 0100000000000000"  // file_no kind size mtime
    "a4010000 0200000000000000 00000000"             // mode identity chunk_bytes
    "11111111111111111111111111111111"               // digest
    "03000000 612f62 05000000 68656c6c6f";           // path content

template <class M>
error_code decode_payload(std::string_view hex, M& message) {
    static std::vector<std::byte> payload;
    payload = from_hex(hex);
    return wire::decode(bytes_view{payload}, message);
}

}  // namespace

TEST_CASE("an offer of a small file is one frame with its content at the end") {
    CHECK(to_hex(frame::encode(small_offer())) == spaceless(small_offer_hex));
}

TEST_CASE("a chunk's data can be sent from where it was read to") {
    const upload::chunk whole{
        .file_no = 7, .index = 3, .digest = digest_of_ones(), .data = wire::as_bytes(hello_text)};
    std::array<std::byte, 64> prefix;
    const upload::chunk described{.file_no = 7, .index = 3, .digest = digest_of_ones(), .data = {}};
    const std::size_t size = frame::encode_prefix_to(prefix, described, hello_text.size());
    std::string sent = to_hex(std::span{prefix}.first(size)) + to_hex(wire::as_bytes(hello_text));
    CHECK(sent == to_hex(frame::encode(whole)));
    CHECK(sent == spaceless("21000000 0402 01 53 00000000 07000000 03000000"
                            "11111111111111111111111111111111 05000000 68656c6c6f"));
}

TEST_CASE("wanted lists what is there in runs of chunks") {
    upload::wanted message{
        .file_no = 7, .chunk_bytes = 262144, .same_source = true, .more = false, .present = {}};
    const auto digest = digest_of_ones();
    message.present.push_back({.first = 2, .digests = bytes_view{digest}});
    CHECK(to_hex(frame::encode(message)) ==
          spaceless("26000000 0302 01 53 00000000 07000000 00000400 01 00"
                    "01000000 02000000 10000000 11111111111111111111111111111111"));
}

TEST_CASE("an outcome names its path only when it differs") {
    const upload::stored message{
        .outcomes = {{.file_no = 1, .status = upload::status::stored, .code = 0, .path = {}},
                     {.file_no = 2, .status = upload::status::failed, .code = 49, .path = {}}}};
    CHECK(to_hex(frame::encode(message)) ==
          spaceless("1a000000 0802 01 53 00000000 02000000"
                    "01000000 01 0000 00000000  02000000 04 3100 00000000"));
}

TEST_CASE("every upload message survives encoding and decoding and refuses each cut") {
    std::map<std::uint16_t, std::string_view> types;
    wire::for_each_entry(upload::catalogue, [&]<class M>(std::string_view name, M message) {
        INFO(name);
        CHECK(types.emplace(M::type, name).second);
        CHECK((M::type & 0xff00) == 0x0200);
        const auto bytes = frame::encode(message, 9);
        frame::decoder frames{limits::data_payload_bytes_max};
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            CHECK(frames.next(std::span{bytes}.first(cut)).state == frame::decoder::state::more);
        }
        const auto step = frames.next(bytes);
        REQUIRE(step.state == frame::decoder::state::ready);
        CHECK(step.frame.header.request == 9);
        M decoded;
        REQUIRE(wire::decode(step.frame.payload, decoded) == error_code::none);
        CHECK(decoded == message);
        for (std::size_t cut = 0; cut < step.frame.payload.size(); ++cut) {
            CHECK(wire::decode(bytes_view{step.frame.payload.first(cut)}, decoded) == error_code::malformed);
        }
    });
}

TEST_CASE("upload messages refuse unknown choices") {
    upload::open opening;
    const std::string id(32, '0');
    CHECK(decode_payload(id + "01 00 00000000", opening) == error_code::none);
    CHECK(decode_payload(id + "02 03 00000000", opening) == error_code::none);
    CHECK(decode_payload(id + "03 00 00000000", opening) == error_code::malformed);
    CHECK(decode_payload(id + "00 00 00000000", opening) == error_code::malformed);
    CHECK(decode_payload(id + "01 06 00000000", opening) == error_code::malformed);
    CHECK(decode_payload(id + "01 00 01000000 ff", opening) == error_code::malformed);
    upload::stored outcomes;
    CHECK(decode_payload("01000000 01000000 05 0000 00000000", outcomes) == error_code::malformed);
    CHECK(decode_payload("01000000 01000000 00 0000 00000000", outcomes) == error_code::malformed);
}

TEST_CASE("a field that a later version adds to an offer is skipped") {
    auto bytes = frame::encode(small_offer());
    std::vector<std::byte> payload(bytes.begin() + limits::frame_header_bytes, bytes.end());
    const auto extension = from_hex("0500 02000000 ffff");
    payload.insert(payload.end(), extension.begin(), extension.end());
    upload::offer decoded;
    REQUIRE(wire::decode(bytes_view{payload}, decoded) == error_code::none);
    CHECK(decoded == small_offer());
}

TEST_CASE("the chunk length grows with the file so that its digests stay small") {
    using upload::limits::chunk_bytes_for;
    constexpr std::uint64_t gibibyte = 1ULL << 30;
    CHECK(chunk_bytes_for(0) == 256 * 1024);
    CHECK(chunk_bytes_for(64 * gibibyte) == 256 * 1024);
    CHECK(chunk_bytes_for(64 * gibibyte + 1) == 1024 * 1024);
    CHECK(chunk_bytes_for(upload::size_unknown) == 1024 * 1024);
}
