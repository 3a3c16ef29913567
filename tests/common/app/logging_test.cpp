#include "common/app/logging.hpp"

#include "common/app/failure.hpp"
#include "common/app/limits.hpp"
#include "tests/catch.hpp"
#include "tests/common/app/run_captured.hpp"
#include "tests/common/app/scratch_folder.hpp"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>

using namespace common::app;

namespace {

std::optional<std::string> nothing(std::string_view) {
    return std::nullopt;
}

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("format_log_line is one safe line with its time, or with its priority for the journal") {
    const common::seam::wall_time time{};
    CHECK(format_log_line(log_level::warn, time, "slow", false) == "1970-01-01T00:00:00.000Z warn  slow\n");
    CHECK(format_log_line(log_level::error, time, "a\nb\x1b]0;x\x07", true) == "<3>a\\x0ab\\x1b]0;x\\x07\n");
    CHECK(format_log_line(log_level::info, time, "join chat://h/#fp.SECRET", true) ==
          "<6>join chat://h/#fp.***\n");
    CHECK(format_log_line(log_level::debug, time, "", true) == "<7>\n");
}

TEST_CASE("format_log_line cuts what is too long between characters") {
    std::string text(limits::log_line_bytes_max - 5, 'x');
    text += "東東東";
    const std::string line = format_log_line(log_level::info, {}, text, true);
    CHECK(line.size() <= limits::log_line_bytes_max);
    CHECK(line == "<6>" + std::string(limits::log_line_bytes_max - 5, 'x') + "\n");
    const std::string hostile(100'000, '\x1b');
    CHECK(format_log_line(log_level::info, {}, hostile, true).size() <= limits::log_line_bytes_max);
}

TEST_CASE("the log file is private, appended to, and opened anew when asked") {
    const scratch_folder scratch;
    const std::string path = scratch.path() + "/log";
    const auto run = run_captured({}, [&](program&) {
        start_logging({.level = "info", .file = path}, nothing);
        spdlog::info("first");
        stop_logging();
        start_logging({.level = "info", .file = path}, nothing);
        std::filesystem::rename(path, path + ".1");
        if (!reopen_log_file()) return exit_code::failed;
        spdlog::info("second");
        return exit_code::done;
    });
    CHECK(run.status == 0);
    CHECK(run.err.empty());
    CHECK(content_of(path + ".1").find("first\n") != std::string::npos);
    CHECK(content_of(path).find("second\n") != std::string::npos);
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("a log file that cannot be opened is a failure with one line") {
    CHECK_THROWS_AS(start_logging({.level = "info", .file = "/proc/none/log"}, nothing), failure);
}
