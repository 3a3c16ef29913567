#include "common/app/json_events.hpp"

#include "common/app/failure.hpp"
#include "tests/catch.hpp"

#include <fcntl.h>
#include <limits>
#include <string>
#include <unistd.h>
#include <vector>

using namespace common::app;
using namespace std::chrono_literals;

namespace {

constexpr common::seam::wall_time some_time{1'795'215'845'678ms};

class fixed_clock final : public common::seam::clock {
  public:
    common::seam::mono_time mono_now() const override { return {}; }
    common::seam::wall_time wall_now() const override { return some_time; }
};

}  // namespace

TEST_CASE("format_time prints RFC 3339 in UTC with milliseconds") {
    const std::vector<std::pair<std::chrono::milliseconds, const char*>> table{
        {0ms, "1970-01-01T00:00:00.000Z"},
        {-1ms, "1969-12-31T23:59:59.999Z"},
        {951'782'400'007ms, "2000-02-29T00:00:00.007Z"},
        {1'795'215'845'678ms, "2026-11-20T23:04:05.678Z"},
    };
    for (const auto& [time, text] : table) CHECK(format_time(common::seam::wall_time{time}) == text);
}

TEST_CASE("json_string escapes what JSON and terminals give a meaning") {
    const std::vector<std::pair<std::string, std::string>> table{
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"a\"b\\c", R"("a\"b\\c")"},
        {"\n\r\t", R"("\n\r\t")"},
        {std::string("\0\x1b\x7f", 3), R"("\u0000\u001b\u007f")"},
        {"\u009b", R"("\u009b")"},
        {"\u202e\u2028", R"("\u202e\u2028")"},
        {"\U000e0041", R"("\udb40\udc41")"},
        {"Zoë 東 😀", R"("Zoë 東 😀")"},
        {"\xff\xc0\xaf", "\"\uFFFD\uFFFD\uFFFD\""},
        {"\xed\xa0\x80", "\"\uFFFD\uFFFD\uFFFD\""},
    };
    for (const auto& [text, json] : table) {
        INFO(text);
        CHECK(json_string(text) == json);
    }
}

TEST_CASE("json_event puts event and time first and keeps the order of the fields") {
    json_event event("message", some_time);
    event.field("room", "lobby").field("seq", std::uint64_t{18'446'744'073'709'551'615U}).field("offset", -1);
    event.field("whole", true).field("rate", 0.5).field("nan", std::numeric_limits<double>::quiet_NaN());
    event.field("reply_to", nullptr).field("eta", std::optional<int>{}).field("port", std::uint16_t{7400});
    event.field("names", std::vector<std::string>{"a", "b\""}).field("none", std::vector<int>{});
    CHECK(event.line() ==
          R"({"event":"message","time":"2026-11-20T23:04:05.678Z","room":"lobby","seq":18446744073709551615,)"
          R"("offset":-1,"whole":true,"rate":0.5,"nan":null,"reply_to":null,"eta":null,"port":7400,)"
          R"("names":["a","b\""],"none":[]})"
          "\n");
}

TEST_CASE("json_writer writes whole lines and fails when there is no space") {
    const fixed_clock clock;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    json_writer events(ends[1], clock);
    events.write(events.event("status").field("state", "connected"));
    char text[256];
    const auto count = ::read(ends[0], text, sizeof text);
    REQUIRE(count > 0);
    CHECK(std::string(text, static_cast<std::size_t>(count)) ==
          "{\"event\":\"status\",\"time\":\"2026-11-20T23:04:05.678Z\",\"state\":\"connected\"}\n");
    ::close(ends[0]);
    ::close(ends[1]);

    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(full >= 0);
    json_writer nowhere(full, clock);
    try {
        nowhere.write(nowhere.event("status"));
        FAIL("was written");
    } catch (const failure& what) {
        CHECK(what.exit() == exit_code::failed);
        CHECK(describe("prog", what) == "prog: cannot write to standard output: No space left on device");
    }
    ::close(full);
}
