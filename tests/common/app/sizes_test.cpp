#include "common/app/sizes.hpp"

#include "tests/catch.hpp"

#include <utility>
#include <vector>

using namespace common::app;
using namespace std::chrono_literals;

TEST_CASE("parse_size reads binary and decimal units in any case") {
    const std::vector<std::pair<const char*, std::uint64_t>> table{
        {"0", 0},
        {"1", 1},
        {"17B", 17},
        {"64KiB", 65'536},
        {"64 KiB", 65'536},
        {"64kib", 65'536},
        {"1k", 1024},
        {"1G", 1'073'741'824},
        {"10MB", 10'000'000},
        {"1.5G", 1'610'612'736},
        {"0.5KB", 500},
        {"1.000001MB", 1'000'001},
        {"2T", 2'199'023'255'552},
        {"16383PiB", 18'445'618'173'802'708'992U},
        {"18446744073709551615", 18'446'744'073'709'551'615U},
    };
    for (const auto& [text, bytes] : table) {
        INFO(text);
        CHECK(parse_size(text) == bytes);
    }
}

TEST_CASE("parse_size refuses everything else") {
    for (const char* text : {"",
                             " ",
                             "-1",
                             "+1",
                             "K",
                             "1 ",
                             " 1",
                             "1  K",
                             "1KK",
                             "1Ki",
                             "1.",
                             ".5K",
                             "1.5",
                             "1.5B",
                             "1.5.5K",
                             "0x10",
                             "1e3",
                             "16384PiB",
                             "18446744073709551616",
                             "1,5K",
                             "1K ",
                             "1.1234567K",
                             "1.-5K",
                             "10Mbit"}) {
        INFO(text);
        CHECK_FALSE(parse_size(text));
    }
}

TEST_CASE("parse_rate takes a size per second and never zero") {
    CHECK(parse_rate("10MiB/s") == 10'485'760U);
    CHECK(parse_rate("10M") == 10'485'760U);
    CHECK_FALSE(parse_rate("0"));
    CHECK_FALSE(parse_rate("/s"));
    CHECK_FALSE(parse_rate("10M/min"));
}

TEST_CASE("parse_count takes digits only") {
    CHECK(parse_count("10000") == 10'000U);
    for (const char* text : {"", "1k", "-1", " 1", "1 "}) CHECK_FALSE(parse_count(text));
}

TEST_CASE("parse_duration wants one number and one unit") {
    CHECK(parse_duration("30s") == 30s);
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("15m") == 15min);
    CHECK(parse_duration("24h") == 24h);
    CHECK(parse_duration("7d") == 168h);
    CHECK(parse_duration("2W") == 336h);
    for (const char* text :
         {"", "7", "d", "1.5h", "1h30m", "-1s", "7 d", "9223372036855s", "99999999999999999999s"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("sizes are printed short and never as 1024 of a unit") {
    const std::vector<std::pair<std::uint64_t, const char*>> table{
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1.0 KiB"},
        {1536, "1.5 KiB"},
        {10'239, "10 KiB"},
        {1'048'575, "1.0 MiB"},
        {12'582'912, "12 MiB"},
        {2'147'483'648, "2.0 GiB"},
        {UINT64_MAX, "16 EiB"},
    };
    for (const auto& [bytes, text] : table) CHECK(format_size(bytes) == text);
    CHECK(format_rate(1536) == "1.5 KiB/s");
}

TEST_CASE("durations are printed like a clock") {
    const std::vector<std::pair<common::seam::duration, const char*>> table{
        {-1s, "0:00"}, {999ms, "0:00"}, {7s, "0:07"}, {725s, "12:05"}, {11'229s, "3:07:09"}, {52h, "2d 04h"},
    };
    for (const auto& [value, text] : table) CHECK(format_duration(value) == text);
}
