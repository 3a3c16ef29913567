#include "common/app/terminal_text.hpp"

#include "common/app/utf8.hpp"
#include "tests/catch.hpp"

#include <random>
#include <string>
#include <vector>

using namespace common::app;

namespace {

struct row {
    std::string input;
    std::string name;
    std::string text;
};

std::string repeat(const std::string& what, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += what;
    return out;
}

// What no terminal and no log may ever get (promise: no escape sequence of a peer gets through).
bool harmless(std::string_view text, bool newlines) {
    for (std::size_t at = 0; at < text.size();) {
        const code_point next = read_code_point(text, at);
        if (!next.valid) return false;
        if (next.value < 0x20 && !(newlines && next.value == '\n')) return false;
        if (next.value >= 0x7F && next.value < 0xA0) return false;
        if (next.value == 0x61C || next.value == 0x200E || next.value == 0x200F) return false;
        if (next.value >= 0x202A && next.value <= 0x202E) return false;
        if (next.value >= 0x2066 && next.value <= 0x2069) return false;
        if (next.value == 0x2028 || next.value == 0x2029 || next.value == 0x200B) return false;
        at += next.bytes;
    }
    return true;
}

}  // namespace

TEST_CASE("sanitize writes out what could act and leaves the rest alone") {
    const std::string family = "👨\u200d👩\u200d👧";
    const std::vector<row> table{
        {"plain", "plain", "plain"},
        {"", "", ""},
        {"back\\slash \\x1b", "back\\slash \\x1b", "back\\slash \\x1b"},
        {"\x1b]0;title\x07", "\\x1b]0;title\\x07", "\\x1b]0;title\\x07"},
        {"\x1b]52;c;aGk=\x1b\\", "\\x1b]52;c;aGk=\\x1b\\", "\\x1b]52;c;aGk=\\x1b\\"},
        {"\u009b6n", "\\x9b6n", "\\x9b6n"},
        {"\x9b"
         "6n",
         "\\x9b6n", "\\x9b6n"},
        {"a\nb", "a\\x0ab", "a\nb"},
        {"a\r\nb\rc", "a\\x0d\\x0ab\\x0dc", "a\nb\\x0dc"},
        {"a\tb", "a\\x09b", "a    b"},
        {"del\x7f", "del\\x7f", "del\\x7f"},
        {std::string("nul\0!", 5), "nul\\x00!", "nul\\x00!"},
        {"ad\u200bmin", "ad\\u200bmin", "admin"},
        {"x\u202egpj.exe", "x\\u202egpj.exe", "xgpj.exe"},
        {"\u2066a\u2069", "\\u2066a\\u2069", "a"},
        {"\ufeff"
         "bom",
         "\\ufeffbom", "bom"},
        {"\U000e0041"
         "tag",
         "\\U000e0041tag", "tag"},
        {"a\u2028b\u2029", "a\\u2028b\\u2029", "a\\u2028b\\u2029"},
        {"cut \xe2\x82", "cut \\xe2\\x82", "cut \\xe2\\x82"},
        {"overlong \xc0\xaf", "overlong \\xc0\\xaf", "overlong \\xc0\\xaf"},
        {"surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80", "surrogate \\xed\\xa0\\x80"},
        {"Zoë 東京 שלום", "Zoë 東京 שלום", "Zoë 東京 שלום"},
        {"z" + repeat("\u0301", 1000), "z" + repeat("\u0301", 4), "z" + repeat("\u0301", 4)},
        {family, "👨\\u200d👩\\u200d👧", family},
        {"❤\ufe0f", "❤\\ufe0f", "❤\ufe0f"},
        {"❤\ufe0f\ufe0f", "❤\\ufe0f\\ufe0f", "❤\ufe0f"},
        {"a\ufe0f"
         "b",
         "a\\ufe0fb", "ab"},
        {"a\u200d"
         "b",
         "a\\u200db", "ab"},
        {"👨\u200d", "👨\\u200d", "👨"},
        {"👨\u200d\u200d👩", "👨\\u200d\\u200d👩", "👨\u200d👩"},
        {"1\ufe0f\u20e3", "1\\ufe0f\u20e3", "1\ufe0f\u20e3"},
    };
    for (const row& each : table) {
        INFO(each.input);
        CHECK(sanitize(each.input, text_kind::name) == each.name);
        CHECK(sanitize(each.input, text_kind::text) == each.text);
    }
}

TEST_CASE("sanitize keeps a line on one line") {
    CHECK(sanitize("a\nb\tc", text_kind::line) == "a\\x0ab    c");
}

TEST_CASE("sanitize of anything is harmless and stays as it is when sanitised again") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random{seed};
    const std::vector<std::string> pieces{"a",      "\x1b",   "\u009b", "\xff",       "\u0301", "\u200d",
                                          "👨",      "❤",      "\ufe0f", "\n",         "\r",     "\u202e",
                                          "\u200b", "\u20e3", "1",      "\U0001f3fb", "\u2029", "\xe2\x82"};
    for (int round = 0; round < 20'000; ++round) {
        std::string input;
        const auto length = random() % 12;
        for (unsigned i = 0; i < length; ++i) {
            if (random() % 4 == 0) {
                input += static_cast<char>(random() & 0xFF);
            } else {
                input += pieces[random() % pieces.size()];
            }
        }
        for (const text_kind kind : {text_kind::name, text_kind::line, text_kind::text}) {
            const std::string once = sanitize(input, kind);
            CAPTURE(input, once);
            REQUIRE(harmless(once, kind == text_kind::text));
            REQUIRE(sanitize(once, kind) == once);
        }
    }
}

TEST_CASE("display_width counts the columns of clusters") {
    const std::vector<std::pair<std::string, std::size_t>> table{
        {"", 0},         {"abc", 3}, {"東京", 4}, {"e\u0301", 1},  {"👨\u200d👩\u200d👧", 2}, {"❤\ufe0f", 2},
        {"❤", 1},        {"🇩🇪", 2},  {"🇩🇪🇫🇷", 4}, {"👍🏽", 2}, {"1\ufe0f\u20e3", 2},   {"각", 2},
        {"\x1b\x07", 0}, {"🇩", 1},
    };
    for (const auto& [text, columns] : table) {
        INFO(text);
        CHECK(display_width(text) == columns);
    }
}

TEST_CASE("truncate_to_width cuts between clusters and says so") {
    CHECK(truncate_to_width("abc", 3) == "abc");
    CHECK(truncate_to_width("abcd", 3) == "ab…");
    CHECK(truncate_to_width("東京都", 5) == "東京…");
    CHECK(truncate_to_width("東京都", 4) == "東…");
    CHECK(truncate_to_width("ae\u0301z", 2) == "a…");
    CHECK(truncate_to_width("東", 1) == "…");
    CHECK(truncate_to_width("abc", 0).empty());
    CHECK(truncate_to_width("", 5).empty());
}
