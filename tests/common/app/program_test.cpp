#include "common/app/program.hpp"

#include "common/app/failure.hpp"
#include "common/app/logging.hpp"
#include "common/app/output.hpp"
#include "tests/catch.hpp"
#include "tests/common/app/run_captured.hpp"
#include "tests/support/text.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <new>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

using tests::support::contains;

using namespace common::app;

namespace {

exit_code parse_only(program& self) {
    CLI::App* send = self.cli().add_subcommand("send", "Send");
    set_example(*send, "prog send host");
    self.parse();
    return exit_code::done;
}

}  // namespace

TEST_CASE("run_program prints version and help on stdout and ends well") {
    const auto version = run_captured({"--version"}, parse_only);
    CHECK(version.status == 0);
    CHECK(version.out == "prog 1.2.3 (protocol 7)\n");
    CHECK(version.err.empty());
    const auto help = run_captured({"--help"}, parse_only);
    CHECK(help.status == 0);
    CHECK(contains(help.out, "--json"));
    const auto send_help = run_captured({"send", "-h"}, parse_only);
    CHECK(send_help.status == 0);
    CHECK(contains(send_help.out, "Example:\n  prog send host"));
}

TEST_CASE("run_program answers wrong usage with one line and exit 2") {
    const auto plain = run_captured({"--nonsense"}, parse_only);
    CHECK(plain.status == 2);
    CHECK(plain.out.empty());
    CHECK(contains(plain.err, "prog: wrong usage: "));
    CHECK(contains(plain.err, "--nonsense; see 'prog --help'\n"));
    CHECK(plain.err.find('\n') == plain.err.size() - 1);

    const auto deep = run_captured({"send", "--nonsense\x1b[2J"}, parse_only);
    CHECK(deep.status == 2);
    CHECK(contains(deep.err, "\\x1b[2J; see 'prog send --help'\n"));
}

TEST_CASE("run_program also reports with --json, even when the arguments are wrong") {
    const auto wrong = run_captured({"--json", "--nonsense"}, parse_only);
    CHECK(wrong.status == 2);
    CHECK(contains(wrong.out, R"({"event":"error","time":")"));
    CHECK(contains(wrong.out, R"("code":"usage","message":"wrong usage: )"));
    CHECK(contains(wrong.out, R"(,"exit":2})"));
    CHECK(run_captured({"--", "--json"}, parse_only).out.empty());
}

TEST_CASE("run_program maps whatever is thrown to an exit code and one line") {
    struct row {
        program_body body;
        int status;
        std::string line;
    };
    const std::vector<row> table{
        {[](program&) { return exit_code::interrupted; }, 130, ""},
        {[](program&) -> exit_code {
             throw failure(exit_code::refused, "wrong_key", "refused", "wrong key");
         },
         3, "prog: refused: wrong key\n"},
        {[](program&) -> exit_code { throw std::bad_alloc(); }, 1, "prog: cannot go on: out of memory\n"},
        {[](program&) -> exit_code {
             throw std::system_error(std::make_error_code(std::errc::address_in_use), "listen");
         },
         1, "prog: listen: Address already in use\n"},
        {[](program&) -> exit_code { throw std::runtime_error("a\nb"); }, 1, "prog: a\\x0ab\n"},
    };
    for (const row& each : table) {
        const auto run = run_captured({}, each.body);
        CHECK(run.status == each.status);
        CHECK(run.err == each.line);
        CHECK(run.out.empty());
    }
}

TEST_CASE("run_program hides tokens in its arguments but gives them to the program") {
    const auto run = run_captured({"chat://h/#fp.SECRET"}, [](program& self) {
        std::string link;
        self.cli().add_option("ADDR", link);
        self.parse();
        print(link);
        return exit_code::done;
    });
    CHECK(run.status == 0);
    CHECK(run.out == "chat://h/#fp.SECRET");
}

TEST_CASE("a reader that went away is a failure, not a signal") {
    const auto run = run_captured({}, [](program&) {
        int ends[2];
        if (::pipe(ends) != 0) return exit_code::usage;
        ::close(ends[0]);
        ::dup2(ends[1], STDOUT_FILENO);
        print("nobody reads this");
        return exit_code::done;
    });
    CHECK(run.status == 1);
    CHECK(run.err == "prog: cannot write to standard output: Broken pipe\n");
}

TEST_CASE("the log comes before the last line and never on stdout") {
    const auto run = run_captured({}, [](program&) -> exit_code {
        spdlog::info("too early for info");
        spdlog::warn("early");
        start_logging({.level = "info", .file = {}}, [](std::string_view) { return std::nullopt; });
        spdlog::debug("not asked for");
        for (int i = 0; i < 3; ++i) spdlog::info("line {}", i);
        throw failure(exit_code::failed, "c", "cannot", "why");
    });
    CHECK(run.out.empty());
    CHECK(contains(run.err, "Z warn  early\n"));
    CHECK(contains(run.err, "Z info  line 0\n"));
    CHECK_FALSE(contains(run.err, "debug"));
    CHECK_FALSE(contains(run.err, "too early"));
    CHECK(contains(run.err, "Z info  line 2\nprog: cannot: why\n"));
}
