#include "protocol/wire/reader.hpp"

#include "protocol/wire/utf8.hpp"
#include "tests/catch.hpp"
#include "tests/support/hex.hpp"

using protocol::error_code;
using protocol::wire::bytes_view;
using protocol::wire::reader;
using tests::support::from_hex;

TEST_CASE("reader takes little-endian integers in order") {
    const auto bytes = from_hex("01 0302 07060504 0f0e0d0c0b0a0908 ffffffffffffffff");
    reader in{bytes_view{bytes}};
    CHECK(in.u8() == 0x01);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u32() == 0x04050607);
    CHECK(in.u64() == 0x08090a0b0c0d0e0f);
    CHECK(in.i64() == -1);
    CHECK(in.at_end());
}

TEST_CASE("reader stays failed after the first error and consumes nothing more") {
    const auto bytes = from_hex("01 02 03");
    reader in{bytes_view{bytes}};
    CHECK(in.u32() == 0);
    CHECK_FALSE(in.ok());
    CHECK(in.error() == error_code::malformed);
    CHECK(in.u8() == 0);
    CHECK(in.remaining() == 0);
    CHECK_FALSE(in.at_end());
}

TEST_CASE("reader refuses what no encoder writes") {
    struct row {
        const char* what;
        const char* hex;
        error_code (*read)(reader&);
    };
    const row rows[] = {
        {"a boolean of 2", "02", [](reader& in) { return in.boolean(), in.error(); }},
        {"bytes longer than the limit", "05000000 0102030405",
         [](reader& in) { return in.bytes(4), in.error(); }},
        {"bytes longer than the payload", "06000000 01", [](reader& in) { return in.bytes(64), in.error(); }},
        {"a length of 4 GiB", "ffffffff 01", [](reader& in) { return in.bytes(~0ULL), in.error(); }},
        {"text that is not UTF-8", "01000000 ff", [](reader& in) { return in.text(64), in.error(); }},
        {"more elements than could follow", "03000000 0000",
         [](reader& in) { return in.count(64, 1), in.error(); }},
        {"more elements than allowed", "03000000 000000",
         [](reader& in) { return in.count(2, 1), in.error(); }},
    };
    for (const row& r : rows) {
        INFO(r.what);
        const auto bytes = from_hex(r.hex);
        reader in{bytes_view{bytes}};
        CHECK(r.read(in) == error_code::malformed);
    }
}

TEST_CASE("is_valid_utf8 accepts exactly RFC 3629") {
    const struct {
        const char* hex;
        bool valid;
    } rows[] = {
        {"", true},
        {"41", true},
        {"4141414141414141 4141414141414141 41", true},
        {"4141414141414141 80", false},
        {"c3a9", true},
        {"c3", false},
        {"c0af", false},  // overlong '/'
        {"c1bf", false},
        {"e0a080", true},
        {"e09fbf", false},  // overlong
        {"ed9fbf", true},
        {"eda080", false},  // surrogate
        {"eebfbf", true},
        {"f0908080", true},
        {"f08fbfbf", false},  // overlong
        {"f48fbfbf", true},   // U+10FFFF
        {"f4908080", false},  // above
        {"f5808080", false},
        {"80", false},
        {"e28082", true},
    };
    for (const auto& row : rows) {
        INFO(row.hex);
        const auto bytes = from_hex(row.hex);
        CHECK(protocol::wire::is_valid_utf8(protocol::wire::as_text(bytes)) == row.valid);
    }
}
