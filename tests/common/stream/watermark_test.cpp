#include "common/stream/watermark.hpp"

#include "tests/catch.hpp"

#include <stdexcept>
#include <string>

using common::stream::watermark;

TEST_CASE("watermark pauses once at the high mark and resumes once at the low mark") {
    watermark level(100, 40);
    std::string calls;
    level.on_pause([&] { calls += 'P'; });
    level.on_resume([&] { calls += 'R'; });
    struct row {
        int change;
        const char* calls;
        bool above_high;
    };
    const row rows[] = {{+99, "", false},   {+1, "P", true},   {+50, "P", true},
                        {-109, "P", true},  {-1, "PR", false}, {-40, "PR", false},
                        {+99, "PR", false}, {+1, "PRP", true}, {-100, "PRPR", false}};
    for (const auto& [change, expected, above_high] : rows) {
        if (change > 0) level.add(static_cast<std::size_t>(change));
        if (change < 0) level.remove(static_cast<std::size_t>(-change));
        REQUIRE(calls == expected);
        REQUIRE(level.above_high() == above_high);
    }
    REQUIRE(level.bytes() == 0);
    REQUIRE(level.bytes_peak() == 150);
}

TEST_CASE("watermark lets its callbacks change it") {
    watermark level(10, 5);
    int pauses = 0;
    level.on_pause([&] {
        ++pauses;
        level.remove(level.bytes());
    });
    level.add(10);
    REQUIRE(pauses == 1);
    REQUIRE_FALSE(level.above_high());
    REQUIRE(level.bytes() == 0);
}

TEST_CASE("watermark wants its low mark below its high mark") {
    REQUIRE_THROWS_AS(watermark(10, 10), std::invalid_argument);
    REQUIRE_THROWS_AS(watermark(10, 11), std::invalid_argument);
    REQUIRE_NOTHROW(watermark(1, 0));
}
