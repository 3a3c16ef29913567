#include "chat-client/terminal/text_editor.hpp"

#include "chat-client/terminal/columns.hpp"
#include "chat-client/terminal/emoji.hpp"
#include "chat-client/terminal/modes.hpp"
#include "tests/catch.hpp"

#include <string>
#include <vector>

using namespace chat_client::terminal;

namespace {

// '|' is the cursor.
std::string typed(std::string_view bytes, std::string_view before = {}) {
    text_editor editor(100);
    editor.set(std::string{before});
    input_parser parser;
    for (const key& pressed : parser.feed(bytes)) {
        if (pressed.kind == key_kind::newline) {
            editor.insert("\n");
        } else {
            editor.press(pressed);
        }
    }
    std::string shown = editor.text();
    return shown.insert(editor.cursor(), "|");
}

}  // namespace

TEST_CASE("text_editor understands the keys of emacs") {
    struct row {
        std::string keys;
        std::string shown;
    };
    const std::vector<row> table{
        {"abc", "abc|"},
        {"abc\x02\x02x", "ax|bc"},
        {"abc\x01x\x05y", "xabcy|"},
        {"one two\x17", "one |"},
        {"one, two\x1b\x7f", "one, |"},
        {"one two\x1b"
         "b\x1b"
         "b\x1b"
         "d",
         "| two"},
        {"one two\x1b"
         "b\x0b",
         "one |"},
        {"one two\x15", "|"},
        {"one two\x17\x01\x19", "two|one "},
        {"ab\x14", "ba|"},
        {"ab\x02\x14", "ba|"},
        {"one\x1b[1;5Dx", "x|one"},
        {"a\x0a"
         "b\x01x",
         "a\nx|b"},
        {"ab\x0a\x0a"
         "cd\x1b[A\x1b[Ax",
         "x|ab\n\ncd"},
        {"日本\x1b[D\x1b[3~", "日|"},
        {"👨‍👩‍👧\x7f", "|"},
        {"e\u0301\x1b[Dx", "x|e\u0301"},
        {"abc\x1f", "|"},
        {"abc def\x17\x1f", "abc def|"},
    };
    for (const row& each : table) {
        CAPTURE(each.keys);
        CHECK(typed(each.keys) == each.shown);
    }
    CHECK(typed("ab\x0a"
                "cd\x1b[D\x1b[Ax\x1b[By") == "axb\ncdy|");
}

TEST_CASE("text_editor takes no more than it may hold") {
    text_editor editor(4);
    CHECK(editor.insert("abc"));
    CHECK_FALSE(editor.insert("日"));
    CHECK(editor.text() == "abc");
    CHECK(editor.replace_before_cursor(1, "xyz"));
    CHECK(editor.text() == "axyz");
    CHECK_FALSE(editor.replace_before_cursor(0, "12345"));
    CHECK(editor.take() == "axyz");
    CHECK(editor.empty());
    CHECK(editor.cursor() == 0);
}

TEST_CASE("text_editor forgets old undo steps") {
    text_editor editor(10'000);
    for (int i = 0; i < 200; ++i) editor.insert("x");
    const key undo{key_kind::control, "_"};
    for (int i = 0; i < 200; ++i) editor.press(undo);
    CHECK(editor.text().size() == 200 - text_editor::undo_steps_max);
}

TEST_CASE("text is wrapped at blanks, long words anywhere") {
    struct row {
        std::string text;
        std::size_t columns;
        std::vector<std::string> lines;
    };
    const std::vector<row> table{
        {"", 5, {""}},
        {"one two", 7, {"one two"}},
        {"one two", 6, {"one", "two"}},
        {"one two", 3, {"one", "two"}},
        {"one  two", 4, {"one", "two"}},
        {"abcdefgh", 3, {"abc", "def", "gh"}},
        {"ab cdefgh", 4, {"ab", "cdef", "gh"}},
        {"日本語", 5, {"日本", "語"}},
        {"日本語", 1, {"日", "本", "語"}},
        {"a\n  b\n\nc\n\n", 5, {"a", "  b", "", "c"}},
        {"👨‍👩‍👧👨‍👩‍👧", 2, {"👨‍👩‍👧", "👨‍👩‍👧"}},
        {"\x1b[0m", 8, {"\\x1b[0m"}},
    };
    for (const row& each : table) {
        CAPTURE(each.text, each.columns);
        const auto found = wrapped(each.text, each.columns, 100);
        CHECK(found.lines == each.lines);
        CHECK(found.left_out == 0);
    }
    const auto cut_off = wrapped("a\nb\nc\nd", 5, 2);
    CHECK(cut_off.lines == std::vector<std::string>{"a", "b"});
    CHECK(cut_off.left_out == 2);
}

TEST_CASE("what is typed is laid out with its cursor") {
    struct row {
        std::string text;
        std::size_t cursor;
        std::size_t columns;
        std::vector<std::string> lines;
        std::size_t line;
        std::size_t column;
    };
    const std::vector<row> table{
        {"", 0, 5, {""}, 0, 0},
        {"abc", 3, 5, {"abc"}, 0, 3},
        {"abcde", 5, 5, {"abcde", ""}, 1, 0},
        {"abcdef", 5, 5, {"abcde", "f"}, 1, 0},
        {"a\nb", 2, 5, {"a", "b"}, 1, 0},
        {"a\n", 2, 5, {"a", ""}, 1, 0},
        {"日本語", 6, 5, {"日本", "語"}, 1, 0},
        {"a\x1b", 2, 9, {"a\\x1b"}, 0, 5},
    };
    for (const row& each : table) {
        CAPTURE(each.text, each.cursor);
        const auto found = laid_out(each.text, each.cursor, each.columns);
        CHECK(found.lines == each.lines);
        CHECK(found.cursor_line == each.line);
        CHECK(found.cursor_column == each.column);
    }
}

TEST_CASE("emoji are named, and replaced only where a word begins") {
    CHECK(all_emoji().size() >= 300);
    CHECK(find_emoji("+1") == "👍");
    CHECK_FALSE(find_emoji("no such thing"));
    CHECK(emoji_beginning("tad").size() == 1);
    CHECK(expand_emoji(":tada: done :+1:") == "🎉 done 👍");
    CHECK(expand_emoji("at 10:30:15, std::cout, :nothing:, :") == "at 10:30:15, std::cout, :nothing:, :");
    CHECK(expand_emoji("a\n:x:") == "a\n❌");
}

TEST_CASE("what goes to the terminal beside the picture is clean") {
    CHECK(desktop_note("a;b\x1b", "x\x07y") ==
          "\x1b]777;notify;a,b\\x1b;x\\x07y\x1b\\\x1b]9;a,b\\x1b: x\\x07y\x1b\\");
    CHECK(clipboard_write("") == "\x1b]52;c;\x1b\\");
    CHECK(clipboard_write("a") == "\x1b]52;c;YQ==\x1b\\");
    CHECK(clipboard_write("abc\x1b") == "\x1b]52;c;YWJjGw==\x1b\\");
}
