#include "common/trust/text_codec.hpp"

#include "tests/catch.hpp"

#include <array>
#include <vector>

using namespace common::trust;

TEST_CASE("base64url, base32 and hexadecimal follow the vectors of RFC 4648") {
    const struct {
        std::string_view plain, base64url, base32, hex;
    } rows[] = {
        {"", "", "", ""},
        {"f", "Zg", "MY", "66"},
        {"fo", "Zm8", "MZXQ", "666f"},
        {"foo", "Zm9v", "MZXW6", "666f6f"},
        {"foob", "Zm9vYg", "MZXW6YQ", "666f6f62"},
        {"fooba", "Zm9vYmE", "MZXW6YTB", "666f6f6261"},
        {"foobar", "Zm9vYmFy", "MZXW6YTBOI", "666f6f626172"},
        {"\xff\xfe\xfb", "__77", "777PW", "fffefb"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.plain);
        CHECK(to_base64url(bytes_of(row.plain)) == row.base64url);
        CHECK(to_base32(bytes_of(row.plain)) == row.base32);
        CHECK(to_hex(bytes_of(row.plain)) == row.hex);
        std::string back(row.plain.size(), '\0');
        const auto out = std::as_writable_bytes(std::span{back});
        CHECK((from_base64url(row.base64url, out) && back == row.plain));
        CHECK((from_base32(row.base32, out) && back == row.plain));
        CHECK((from_hex(row.hex, out) && back == row.plain));
    }
}

TEST_CASE("decoders refuse padding, other alphabets, other lengths and stray bits") {
    std::array<std::byte, 2> out{};
    for (const std::string_view bad : {"Zm8=", "Zm", "Zm88", "Zm9", "Z+8", " m8", ""})
        CHECK_FALSE(from_base64url(bad, out));
    for (const std::string_view bad : {"MZXR", "MZX", "MZX1", "MZXQ===="}) CHECK_FALSE(from_base32(bad, out));
    for (const std::string_view bad : {"666", "666g", "66666"}) CHECK_FALSE(from_hex(bad, out));
}

TEST_CASE("percent-encoding keeps UTF-8 readable and survives the way back") {
    CHECK(percent_encode("50% \xc3\xa9\n#", "#") == "50%25 \xc3\xa9%0a%23");
    CHECK(percent_decode("50%25 %C3%A9%0a%23") == "50% \xc3\xa9\n#");
    for (const std::string_view bad : {"%", "%4", "%4g", "a%"}) CHECK_FALSE(percent_decode(bad));
}

TEST_CASE("printable text is well-formed UTF-8 without control characters") {
    for (const std::string_view good :
         {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xc2\xa0"})
        CHECK(is_printable_utf8(good));
    for (const std::string_view bad : {"\x1b[2J", "a\nb", "\x7f", "\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80",
                                       "\xc2\x9b", "\xf4\x90\x80\x80", "\xe0\x80\xaf", "\xff"}) {
        CHECK_FALSE(is_printable_utf8(bad));
        CHECK(is_printable_utf8(printable(bad)));
    }
    CHECK(printable("a\x1b[2J\xc3\xa9") == "a?[2J\xc3\xa9");
}
