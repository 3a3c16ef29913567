#include "common/app/progress.hpp"

#include "common/app/progress_printer.hpp"
#include "common/app/terminal_text.hpp"
#include "tests/catch.hpp"

#include <pty.h>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vector>

using namespace common::app;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;

progress_view half_done() {
    progress_view view;
    view.counts = {.bytes = 2048 * mebibyte,
                   .sent = 1032 * mebibyte,
                   .received = 1024 * mebibyte,
                   .durable = 1000 * mebibyte,
                   .files = 300,
                   .files_done = 12};
    view.rate = 112 * mebibyte;
    view.eta = 9s;
    return view;
}

common::seam::mono_time at(common::seam::duration since_start) {
    return common::seam::mono_time{since_start};
}

}  // namespace

TEST_CASE("render_progress drops what matters least when the terminal is narrow") {
    const std::vector<std::pair<std::size_t, const char*>> table{
        {120, " 48%  [#############...............]  112 MiB/s  0:09 left  12/300 files"},
        {60, " 48%  [######.......]  112 MiB/s  0:09 left  12/300 files"},
        {50, " 48%  [####......]  112 MiB/s  0:09 left"},
        {49, " 48%  112 MiB/s  0:09 left  12/300 files"},
        {40, " 48%  112 MiB/s  0:09 left  12/300 files"},
        {39, " 48%  112 MiB/s  0:09 left"},
        {20, " 48%  112 MiB/s"},
        {0, " 48%  112 MiB/s"},
    };
    for (const auto& [columns, line] : table) {
        INFO(columns);
        CHECK(render_progress(half_done(), columns) == line);
    }
    for (std::size_t columns = 20; columns < 200; ++columns) {
        CHECK(display_width(render_progress(half_done(), columns)) <= columns);
    }
}

TEST_CASE("progress is complete only when everything is durable") {
    progress_view view;
    view.counts = {
        .bytes = 1000, .sent = 1000, .received = 1000, .durable = 999, .files = 1, .files_done = 0};
    CHECK(render_progress(view, 20).substr(0, 4) == " 99%");
    view.counts.durable = 1000;
    CHECK(render_progress(view, 20).substr(0, 4) == "100%");
    CHECK(render_progress({}, 20) == "  –%  0 B/s");
}

TEST_CASE("render_transfer shows files, the whole and where the bytes are, at every width") {
    auto view = half_done();
    view.limit = 120 * mebibyte;
    const std::vector<file_progress> files{
        {.path = "photos/2026/holiday.mov", .bytes = 1741 * mebibyte, .received = 921 * mebibyte},
        {.path = "stream", .bytes = 0, .received = 5}};
    const auto wide = render_transfer(view, files, 100);
    REQUIRE(wide.size() == 4);
    CHECK(wide[0].starts_with("photos/2026/holiday.mov    "));
    CHECK(wide[0].ends_with("  [############...........]   52%  921 MiB of 1.7 GiB  "));
    CHECK(wide[1].ends_with("  [.......................]        5 B                 "));
    CHECK(wide[2] == " 48%  [###########............]  112 MiB/s  0:09 left  12/300 files");
    CHECK(wide[3] == "on disk 1000 MiB of 2.0 GiB  received 1.0 GiB  sent 1.0 GiB  limit 120 MiB/s");
    CHECK(render_transfer(view, files, 39) ==
          std::vector<std::string>{"photos/2026/holiday.mov             52%",
                                   "stream                                 ", " 48%  112 MiB/s  0:09 left",
                                   "on disk 1000 MiB of 2.0 GiB"});
    CHECK(render_file(files[0], 20) == "holiday.mov      52%");
    for (std::size_t columns = 20; columns < 200; ++columns) {
        for (const auto& line : render_transfer(view, files, columns)) {
            CHECK(display_width(line) <= columns);
        }
    }
}

TEST_CASE("progress_meter averages the rate and leaves out what earlier runs sent") {
    progress_meter meter;
    progress_counts counts{
        .bytes = 100'000, .sent = 50'000, .received = 50'000, .durable = 50'000, .files = 1, .files_done = 0};
    meter.update(counts, at(0s));
    CHECK(meter.view().rate == 0);
    CHECK_FALSE(meter.view().eta);
    for (int second = 1; second <= 10; ++second) {
        counts.received += 1000;
        counts.durable += 1000;
        meter.update(counts, at(std::chrono::seconds{second}));
        CHECK(meter.view().rate >= 999);
        CHECK(meter.view().rate <= 1000);
    }
    REQUIRE(meter.view().eta);
    CHECK(*meter.view().eta >= 39s);
    CHECK(*meter.view().eta <= 41s);
}

TEST_CASE("progress_meter counts two updates at one instant once") {
    progress_meter meter;
    meter.update({.bytes = 10'000, .sent = 0, .received = 0, .durable = 0, .files = 0, .files_done = 0},
                 at(0s));
    meter.update({.bytes = 10'000, .sent = 0, .received = 500, .durable = 0, .files = 0, .files_done = 0},
                 at(0s));
    meter.update({.bytes = 10'000, .sent = 0, .received = 1000, .durable = 0, .files = 0, .files_done = 0},
                 at(1s));
    CHECK(meter.view().rate >= 999);
    CHECK(meter.view().rate <= 1000);
}

TEST_CASE("progress_meter forgets a rate when nothing moves any more") {
    progress_meter meter;
    progress_counts counts{
        .bytes = 1'000'000, .sent = 0, .received = 0, .durable = 0, .files = 1, .files_done = 0};
    meter.update(counts, at(0s));
    counts.received = 1000;
    meter.update(counts, at(1s));
    meter.update(counts, at(100s));
    CHECK(meter.view().rate == 0);
}

TEST_CASE("progress_printer redraws on a terminal only") {
    int terminal = -1;
    int other_end = -1;
    REQUIRE(::openpty(&other_end, &terminal, nullptr, nullptr, nullptr) == 0);
    const winsize size{.ws_row = 24, .ws_col = 31, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(::ioctl(terminal, TIOCSWINSZ, &size) == 0);
    const auto env = [](const char* term, bool no_color) -> environment {
        return [=](std::string_view name) -> std::optional<std::string> {
            if (name == "TERM") return term;
            if (name == "NO_COLOR" && no_color) return "1";
            return std::nullopt;
        };
    };
    CHECK_FALSE(progress_printer(terminal, env("dumb", false)).enabled());
    CHECK_FALSE(progress_printer(terminal, env("xterm", true)).enabled());
    CHECK_FALSE(progress_printer(terminal, env("xterm", false), false).due(at(0s)));
    {
        progress_printer printer(terminal, env("xterm", false));
        CHECK(printer.columns() == 30);
        CHECK(printer.due(at(0s)));
        printer.draw({"one", "two"}, at(0s));
        CHECK_FALSE(printer.due(at(1ms)));
        printer.draw({"three", "a line of more than ten"}, at(1s));
        // The terminal has wrapped the second line into three rows.
        const winsize narrow{.ws_row = 24, .ws_col = 10, .ws_xpixel = 0, .ws_ypixel = 0};
        REQUIRE(::ioctl(terminal, TIOCSWINSZ, &narrow) == 0);
    }
    const std::string expected =
        "\rone\x1b[K\r\r\ntwo\x1b[K\x1b[J"
        "\r\x1b[1Athree\x1b[K\r\r\na line of more than ten\x1b[K\x1b[J"
        "\r\x1b[3A\x1b[J";
    std::string shown(expected.size(), '\0');
    std::size_t filled = 0;
    while (filled < shown.size()) {
        const auto count = ::read(other_end, shown.data() + filled, shown.size() - filled);
        REQUIRE(count > 0);
        filled += static_cast<std::size_t>(count);
    }
    CHECK(shown == expected);
    int more = 0;
    REQUIRE(::ioctl(other_end, FIONREAD, &more) == 0);
    CHECK(more == 0);
    ::close(terminal);
    ::close(other_end);
}
