#include "chat-client/terminal/grid.hpp"

#include "chat-client/terminal/renderer.hpp"
#include "tests/catch.hpp"
#include "tests/support/tiny_terminal.hpp"

#include <random>
#include <string>
#include <vector>

using namespace chat_client::terminal;

namespace {

std::vector<std::string> clusters_of(const grid& from, std::size_t row) {
    std::vector<std::string> clusters;
    for (std::size_t i = 0; i < from.size().columns; ++i) clusters.push_back(from.at({i, row}).cluster);
    return clusters;
}

const std::vector<std::string> pieces{
    "a",      "b ",         "日",       "本語",         "e\u0301", "👨‍👩‍👧",
    "🇩🇪",     "❤️",     "1️⃣",  "שלום",         "\x1b[2J", "\x9b",
    "\u202e", "\u200bzero", "한국",     "\u0301\u0302", "ﷺ",       "🏳️‍🌈",
    "\t",     "~",          "x\u0336y", "\xff",         "\u2028",  "|"};

std::string random_text(std::mt19937& random) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left) text += pieces[random() % pieces.size()];
    return text;
}

style random_look(std::mt19937& random) {
    style look;
    if (random() % 3 == 0) look.ink = static_cast<std::uint8_t>(random() % 256);
    if (random() % 4 == 0) look.ground = static_cast<std::uint8_t>(random() % 256);
    look.bold = random() % 5 == 0;
    look.dim = random() % 7 == 0;
    look.reversed = random() % 9 == 0;
    return look;
}

void scribble(grid& on, std::mt19937& random) {
    for (auto strokes = random() % 8; strokes > 0; --strokes) {
        const place where{random() % on.size().columns, random() % on.size().rows};
        switch (random() % 6) {
            case 0:
                on.fill({where.column, where.row, random() % 9, random() % 3}, random_look(random));
                break;
            case 1:
                on.fill({0, where.row, on.size().columns, 1}, {});
                break;
            case 2:
                on.place_cursor(random() % 4 == 0 ? std::nullopt : std::optional<place>{where});
                break;
            default:
                on.put(where, 1 + random() % 20, random_text(random), random_look(random));
                break;
        }
    }
}

}  // namespace

TEST_CASE("grid puts one cluster into one cell, a wide one into two") {
    struct row {
        std::string text;
        std::size_t used;
        std::vector<std::string> cells;
    };
    const std::vector<row> table{
        {"ab", 2, {"a", "b", " ", " ", " ", " "}},
        {"日本", 4, {"日", "", "本", "", " ", " "}},
        {"日本語字", 6, {"日", "", "本", "", "語", ""}},
        {"a日本語", 5, {"a", "日", "", "本", "", " "}},  // the last one does not fit
        {"e\u0301x", 2, {"e\u0301", "x", " ", " ", " ", " "}},
        {"👨‍👩‍👧!", 3, {"👨‍👩‍👧", "", "!", " ", " ", " "}},
        {"🇩🇪🇫🇷", 4, {"🇩🇪", "", "🇫🇷", "", " ", " "}},
        {"\u0301", 1, {"\u25CC\u0301", " ", " ", " ", " ", " "}},
        {"a\nb", 1, {"a", " ", " ", " ", " ", " "}},
        {"\x1b[m", 6, {"\\", "x", "1", "b", "[", "m"}},
        {"\u202exy", 2, {"x", "y", " ", " ", " ", " "}},
    };
    for (const row& each : table) {
        CAPTURE(each.text);
        grid picture({6, 1});
        CHECK(picture.put({0, 0}, 6, each.text, {}) == each.used);
        CHECK(clusters_of(picture, 0) == each.cells);
    }
}

TEST_CASE("grid leaves no half of a wide cluster, and nothing is put outside") {
    grid picture({6, 1});
    picture.put({0, 0}, 6, "日本語", {});
    picture.put({1, 0}, 1, "x", {});
    CHECK(clusters_of(picture, 0) == std::vector<std::string>{" ", "x", "本", "", "語", ""});
    picture.put({4, 0}, 1, "y", {});
    CHECK(clusters_of(picture, 0) == std::vector<std::string>{" ", "x", "本", "", "y", " "});
    CHECK(picture.put({6, 0}, 3, "z", {}) == 0);
    CHECK(picture.put({0, 1}, 3, "z", {}) == 0);
    picture.fill({5, 0, 9, 9}, {});
    CHECK(picture.row_text(0) == " x本y");
}

TEST_CASE("renderer writes nothing when nothing has changed, and little when little has") {
    renderer out;
    grid picture({80, 24});
    picture.put({0, 3}, 80, "a line of text", {});
    picture.place_cursor(place{2, 3});
    CHECK(out.update(picture).size() > 20);
    CHECK(out.update(picture).empty());
    picture.put({5, 3}, 1, "X", {});
    CHECK(out.update(picture) == "\x1b[?2026h\x1b[?25l\x1b[4;6H\x1b[0mX\x1b[4;3H\x1b[?25h\x1b[?2026l");
    picture.fill({0, 3, 80, 1}, {});
    CHECK(out.update(picture) == "\x1b[?2026h\x1b[?25l\x1b[4;1H\x1b[0m\x1b[K\x1b[4;3H\x1b[?25h\x1b[?2026l");
    out.reset();
    CHECK(out.update(picture).find("\x1b[2J") != std::string::npos);
}

TEST_CASE("renderer's difference makes the old picture the new one, with its own sequences only") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 60; ++round) {
        const extent size{1 + random() % 30, 1 + random() % 8};
        const bool narrow = round % 3 == 2;
        tests::tiny_terminal terminal(size, narrow);
        renderer out;
        grid picture(size);
        for (int step = 0; step < 20; ++step) {
            scribble(picture, random);
            if (random() % 10 == 0) out.reset();
            const std::string bytes = out.update(picture);
            CAPTURE(round, step, bytes);
            REQUIRE(terminal.write(bytes));
            if (!narrow) REQUIRE(terminal.shows(picture));
        }
    }
}
