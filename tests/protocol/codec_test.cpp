#include "protocol/wire/codec.hpp"

#include "protocol/wire/print.hpp"
#include "tests/catch.hpp"
#include "tests/support/hex.hpp"

namespace sample {

using namespace protocol;
using wire::extension;
using wire::member;
using wire::operator==;

enum class colour : std::uint8_t { red = 1, green = 2 };
bool is_known(colour c) {
    return c == colour::red || c == colour::green;
}

struct point {
    std::uint16_t x = 0;
    std::string_view label;
    static constexpr auto members() {
        return std::tuple{member("x", &point::x), member("label", &point::label, 3)};
    }
};

struct everything {
    static constexpr std::uint16_t type = 0x7f01;
    bool flag = false;
    colour paint = colour::red;
    std::int64_t when = 0;
    wire::byte_array<2> id{};
    std::vector<point> points;
    std::vector<std::string_view> names;
    std::optional<std::uint32_t> reply_to;
    std::optional<wire::bytes_view> must;

    static constexpr auto members() {
        return std::tuple{member("flag", &everything::flag),
                          member("paint", &everything::paint),
                          member("when", &everything::when),
                          member("id", &everything::id),
                          member("points", &everything::points, 2),
                          member("names", &everything::names, 2, 4),
                          extension(1, "reply_to", &everything::reply_to),
                          extension(2 | wire::critical_bit, "must", &everything::must, 8)};
    }
};

}  // namespace sample

using protocol::error_code;
using protocol::wire::bytes_view;
using sample::everything;
using tests::support::from_hex;
using tests::support::to_hex;

namespace {

const char* const plain_hex =
    "01 02 feffffffffffffff abcd"          // flag paint when id
    "01000000 0500 02000000 6869"          // points
    "02000000 00000000 04000000 61626364"  // names
    ;

everything plain_value() {
    everything value;
    value.flag = true;
    value.paint = sample::colour::green;
    value.when = -2;
    value.id = {std::byte{0xab}, std::byte{0xcd}};
    value.points = {{5, "hi"}};
    value.names = {"", "abcd"};
    return value;
}

std::vector<std::byte> encode(const everything& value) {
    std::vector<std::byte> payload(protocol::wire::encoded_bytes(value));
    protocol::wire::writer out{payload};
    protocol::wire::encode(out, value);
    REQUIRE(out.ok());
    REQUIRE(out.remaining() == 0);
    return payload;
}

error_code decode(const std::vector<std::byte>& payload, everything& value) {
    return protocol::wire::decode(bytes_view{payload}, value);
}

}  // namespace

TEST_CASE("a described message is encoded member by member") {
    CHECK(to_hex(encode(plain_value())) == to_hex(from_hex(plain_hex)));
}

TEST_CASE("extensions follow the members, in order of their tags, when they have a value") {
    everything value = plain_value();
    value.reply_to = 7;
    value.must = bytes_view{};
    CHECK(to_hex(encode(value)) ==
          to_hex(from_hex(std::string{plain_hex} + "0100 04000000 07000000 0280 04000000 00000000")));
}

TEST_CASE("decode gives back what was encoded") {
    everything value = plain_value();
    value.reply_to = 7;
    everything decoded;
    const auto payload = encode(value);
    REQUIRE(decode(payload, decoded) == error_code::none);
    CHECK(decoded == value);
    decoded.points[0].x = 6;
    CHECK_FALSE(decoded == value);
}

TEST_CASE("decode refuses a payload cut at any byte") {
    const auto payload = encode(plain_value());
    for (std::size_t size = 0; size < payload.size(); ++size) {
        INFO("first " << size << " bytes");
        everything decoded;
        CHECK(decode({payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size)}, decoded) ==
              error_code::malformed);
    }
}

TEST_CASE("decode is strict about everything a peer could get wrong") {
    const std::string fine = plain_hex;
    const struct {
        const char* what;
        std::string hex;
        error_code expected;
    } rows[] = {
        {"an unknown optional extension is skipped", fine + "0900 01000000 ff", error_code::none},
        {"an unknown critical extension is not", fine + "0980 01000000 ff", error_code::unsupported},
        {"a known extension that is too short", fine + "0100 03000000 070000", error_code::malformed},
        {"a known extension that is too long", fine + "0100 05000000 0700000000", error_code::malformed},
        {"the same extension twice", fine + "0100 04000000 07000000 0100 04000000 07000000",
         error_code::malformed},
        {"extensions out of order", fine + "0900 00000000 0100 04000000 07000000", error_code::malformed},
        {"an extension beyond the payload", fine + "0900 ff000000 00", error_code::malformed},
        {"half an extension header", fine + "0900 0100", error_code::malformed},
        {"an unknown enum value", "01 03 feffffffffffffff abcd 00000000 00000000", error_code::malformed},
        {"a boolean of 3", "03 02 feffffffffffffff abcd 00000000 00000000", error_code::malformed},
        {"too many elements", "01 02 feffffffffffffff abcd 03000000" + std::string(36, '0') + "00000000",
         error_code::malformed},
        {"a count that only memory could satisfy", "01 02 feffffffffffffff abcd ffffffff",
         error_code::malformed},
        {"an element over its own limit",
         "01 02 feffffffffffffff abcd 01000000 0500 04000000 68696869 00000000", error_code::malformed},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        everything decoded;
        CHECK(decode(from_hex(row.hex), decoded) == row.expected);
    }
}

TEST_CASE("printing escapes what a peer sent and cuts it") {
    everything value = plain_value();
    const std::string label = "a\x1b[2J\"";
    value.names = {label};
    CHECK(protocol::wire::to_string(value) ==
          "{flag: true, paint: 2, when: -2, id: abcd, points: [{x: 5, label: \"hi\"}], "
          "names: [\"a\\x1b[2J\\\"\"]}");
    const std::string huge(1000, 'x');
    value.names = {huge};
    CHECK(protocol::wire::to_string(value).size() < 250);
}
