#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/terminal/line_editor.hpp"
#include "chat-client/terminal/message_text.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace chat_client::terminal;
using chat_client::domain::record;

namespace {

std::string type(line_editor& line, std::string_view bytes) {
    input_parser parser;
    std::string entered;
    for (const key& pressed : parser.feed(bytes)) {
        if (auto done = line.press(pressed)) entered = *done;
    }
    return entered;
}

// UTC, one day of 2023.
std::tm on_a_day(std::int64_t ms) {
    std::tm when{};
    when.tm_year = 123;
    when.tm_mon = 10;
    when.tm_mday = 14;
    when.tm_wday = 2;
    when.tm_yday = 317 + static_cast<int>(ms / 86'400'000);
    when.tm_hour = 21;
    when.tm_min = 7;
    return when;
}

record said(std::string nick, std::string text) {
    return {.room = "den",
            .seq = 4,
            .n = 3,
            .nick = std::move(nick),
            .text = std::move(text),
            .target_n = std::nullopt};
}

}  // namespace

TEST_CASE("input_parser reads keys, whole or cut at any byte") {
    struct row {
        std::string bytes;
        std::vector<key> keys;
    };
    const std::vector<row> table{
        {"a", {{key_kind::text, "a"}}},
        {"ä", {{key_kind::text, "ä"}}},
        {"\U0001F600", {{key_kind::text, "\U0001F600"}}},
        {"\r", {{key_kind::enter}}},
        {"\x7f", {{key_kind::backspace}}},
        {"\x1b[A\x1bOB", {{key_kind::up}, {key_kind::down}}},
        {"\x1b[3~", {{key_kind::remove}}},
        {"\x1b[1;5C", {{.kind = key_kind::right, .ctrl = true}}},
        {"\x1b[1;3A\x1b\x1b[A", {{.kind = key_kind::up, .alt = true}, {.kind = key_kind::up, .alt = true}}},
        {"\x1b[5~\x1b[6;2~", {{key_kind::page_up}, {.kind = key_kind::page_down, .shift = true}}},
        {"\x1bOP\x1b[24~",
         {{.kind = key_kind::function, .number = 1}, {.kind = key_kind::function, .number = 12}}},
        {"\t\x1b[Z\n\x1b\r",
         {{key_kind::tab},
          {.kind = key_kind::tab, .shift = true},
          {key_kind::newline},
          {.kind = key_kind::enter, .alt = true}}},
        {"\x1b"
         "1\x1b\xc3\xa4",
         {{.text = "1", .alt = true}, {.text = "ä", .alt = true}}},
        {"\x1b[200~hi\r\nyou\x1b[20\r\x1b[201~x", {{key_kind::paste, "hi\nyou[20\n"}, {key_kind::text, "x"}}},
        {"\x1b[<0;3;9M\x1b[<0;3;9m\x1b[<64;1;1M\x1b[<65;80;24M",
         {{.kind = key_kind::click, .column = 2, .row = 8},
          {.kind = key_kind::wheel_up},
          {.kind = key_kind::wheel_down, .column = 79, .row = 23}}},
        {"\x1b[<0;0;0M\x1b[<0;1M\x1b[<99999999999;1;1M\x1b[?25h", {}},
        {"\x1b[I\x1b[O", {{key_kind::focus_in}, {key_kind::focus_out}}},
        {"\x15\x17\x03\x1f",
         {{key_kind::control, "u"},
          {key_kind::control, "w"},
          {key_kind::interrupt},
          {key_kind::control, "_"}}},
        {"\xff"
         "a",
         {{key_kind::text, "a"}}},
    };
    for (const row& each : table) {
        CAPTURE(each.bytes);
        CHECK(input_parser{}.feed(each.bytes) == each.keys);
        input_parser bytewise;
        std::vector<key> keys;
        for (const char c : each.bytes) {
            for (key& pressed : bytewise.feed({&c, 1})) keys.push_back(std::move(pressed));
        }
        CHECK(keys == each.keys);
    }
}

TEST_CASE("line_editor edits at the cursor") {
    struct row {
        std::string typed;
        std::string text;
        std::size_t cursor;
    };
    const std::vector<row> table{
        {"abc", "abc", 3},
        {"abc\x1b[Dx", "abxc", 3},
        {"aäb\x1b[D\x7f", "ab", 1},
        {"one two  \x17", "one ", 4},
        {"one two\x1b[D\x15", "o", 0},
        {"abc\x01\x1b[3~", "bc", 0},
        {"ab\x1b[D\x1b[D\x1b[D\x7f\x1b[C", "ab", 1},
    };
    for (const row& each : table) {
        CAPTURE(each.typed);
        line_editor line;
        type(line, each.typed);
        CHECK(line.text() == each.text);
        CHECK(line.cursor() == each.cursor);
    }
}

TEST_CASE("line_editor gives a line on enter and recalls the ones before") {
    line_editor line;
    CHECK(type(line, "first\r") == "first");
    CHECK(type(line, "second\r") == "second");
    CHECK(line.empty());
    type(line, "new\x1b[A");
    CHECK(line.text() == "second");
    type(line, "\x1b[A\x1b[A");
    CHECK(line.text() == "first");
    type(line, "\x1b[B\x1b[B");
    CHECK(line.text() == "new");
}

TEST_CASE("line_editor shows the part around the cursor") {
    line_editor line;
    type(line, "0123456789");
    CHECK(line.shown(20).text == "0123456789");
    CHECK(line.shown(20).cursor_column == 10);
    CHECK(line.shown(5).text == "6789");
    CHECK(line.shown(5).cursor_column == 4);
    type(line, "\x01");
    CHECK(line.shown(5).text == "01234");
    CHECK(line.shown(5).cursor_column == 0);
}

TEST_CASE("message_text writes a line for a message and one for a new day") {
    message_text lines{on_a_day, {}};
    CHECK(lines.of(said("ada", "hi")) == "── Tuesday, 14 November 2023 ──\n21:07 #3 ada│ hi\n");
    CHECK(lines.of(said("ada", "two\nlines\n")) == "21:07 #3 ada│ two\n    │ lines\n");
    record next_day = said("bob", "x");
    next_day.stored_at_ms = 86'400'000;
    CHECK(lines.of(next_day).starts_with("── "));
}

TEST_CASE("message_text lets nothing act on the terminal") {
    message_text lines{on_a_day, {}};
    const std::string shown = lines.of(said("a\x1b[2J\nb", "x\x1b]0;title\x07\r\u202e"));
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(shown.find('\r') == std::string::npos);
    CHECK(shown.find("\u202e") == std::string::npos);
    CHECK(std::count(shown.begin(), shown.end(), '\n') == 2);
}
