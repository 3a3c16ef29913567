#include "common/app/secrets.hpp"

#include "common/app/failure.hpp"
#include "tests/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace common::app;

TEST_CASE("hide_tokens covers the token of a join link and nothing else") {
    const std::vector<std::pair<const char*, const char*>> table{
        {"", ""},
        {"chat://h:1/room#Fp-_9.SECRET", "chat://h:1/room#Fp-_9.***"},
        {"bad address 'upload://h/#fp.SECRET', see", "bad address 'upload://h/#fp.***', see"},
        {"#a.b #c.d", "#a.*** #c.***"},
        {"#fp", "#fp"},
        {"#fp.", "#fp."},
        {"room #213. Then", "room #213. Then"},
        {"a.b#c", "a.b#c"},
        {"##fp.SECRET", "##fp.***"},
    };
    for (const auto& [text, hidden] : table) CHECK(hide_tokens(text) == hidden);
}

TEST_CASE("hide_tokens_in_arguments overwrites tokens in place") {
    std::string name = "chat-client";
    std::string link = "chat://h#fp.SECRET";
    std::string other = "--json";
    char* argv[] = {name.data(), link.data(), other.data(), nullptr};
    hide_tokens_in_arguments(3, argv);
    CHECK(link == "chat://h#fp.******");
    CHECK(other == "--json");
}

TEST_CASE("hide_argument overwrites a secret wherever it stands") {
    std::string name = "chat-client";
    std::string first = "--token=abc";
    std::string second = "abcabc";
    char* argv[] = {name.data(), first.data(), second.data(), nullptr};
    hide_argument(3, argv, "abc");
    hide_argument(3, argv, "");
    CHECK(first == "--token=***");
    CHECK(second == "******");
}

TEST_CASE("a failure is one safe line that says what, why and what to do") {
    const std::vector<std::pair<failure, const char*>> table{
        {{exit_code::failed, "c", "cannot listen", "address in use", "choose another port"},
         "prog: cannot listen: address in use; choose another port"},
        {{exit_code::failed, "c", "cannot listen", "address in use"}, "prog: cannot listen: address in use"},
        {{exit_code::failed, "c", "cannot go on", "", "try again"}, "prog: cannot go on; try again"},
        {{exit_code::refused, "c", "server said", "a\nb\x1b[2J"}, "prog: server said: a\\x0ab\\x1b[2J"},
        {{exit_code::usage, "c", "bad link", "chat://h#fp.SECRET"}, "prog: bad link: chat://h#fp.***"},
    };
    for (const auto& [what, line] : table) CHECK(describe("prog", what) == line);
}
