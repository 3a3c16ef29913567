#include "protocol/upload/name_policy.hpp"
#include "tests/catch.hpp"

#include <string>

using namespace protocol::upload;

namespace {

std::string repeated(std::string_view piece, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += piece;
    return text;
}

}  // namespace

TEST_CASE("names that mean the same everywhere are taken as they are") {
    for (const std::string path :
         {"a",        "-rf",         "a b",      " leading",  ".hidden",      "...x",    "a/b/c",
          "x..y",     "con1",        "console",  "common",    "com",          "com10",   "lpt",
          "aux1.txt", "sub/.sluice", ".sluice2", "\u00fcber", "\u65e5\u672c", "e\u0301", "~",
          "a|b",      "*",           "?",        "\"q\""}) {
        INFO(path);
        CHECK(check_path(path) == name_fault::none);
    }
    CHECK(check_path(repeated("x", 255)) == name_fault::none);
    CHECK(check_path(repeated("d/", 127) + "f") == name_fault::none);
}

TEST_CASE("names that lead elsewhere or break elsewhere are refused with a reason") {
    const struct {
        std::string path;
        name_fault why;
    } rows[] = {
        {"", name_fault::empty},
        {"/", name_fault::empty},
        {"/etc/x", name_fault::empty},
        {"a//b", name_fault::empty},
        {"a/", name_fault::empty},
        {".", name_fault::dots},
        {"..", name_fault::dots},
        {"../x", name_fault::dots},
        {"a/../../x", name_fault::dots},
        {"a/.", name_fault::dots},
        {"a\\..\\b", name_fault::separator},
        {"C:x", name_fault::separator},
        {std::string("a\0b", 3), name_fault::control},
        {"a\x1b[2J", name_fault::control},
        {"a\nb", name_fault::control},
        {"a\x7f", name_fault::control},
        {"a\u0085b", name_fault::control},
        {"a\u009b", name_fault::control},
        {"a\u2028b", name_fault::control},
        {"\xff", name_fault::not_utf8},
        {"\xc0\xaf", name_fault::not_utf8},
        {"\xed\xa0\x80", name_fault::not_utf8},
        {"a\xc2", name_fault::not_utf8},
        {"x.", name_fault::trailing},
        {"x ", name_fault::trailing},
        {"...", name_fault::trailing},
        {"CON", name_fault::device},
        {"nul.txt", name_fault::device},
        {"a/Aux", name_fault::device},
        {"com1", name_fault::device},
        {"LPT9.tar.gz", name_fault::device},
        {"COM\u00b9", name_fault::device},
        {"con .txt", name_fault::device},
        {"conin$", name_fault::device},
        {".sluice", name_fault::reserved},
        {".SLUICE/x", name_fault::reserved},
        {repeated("x", 256), name_fault::too_long},
        {repeated("abcdefg/", 512) + "x", name_fault::too_long},
        {repeated("d/", 128) + "f", name_fault::too_deep},
    };
    for (const auto& row : rows) {
        INFO(row.path << " expected: " << text_of(row.why));
        CHECK(check_path(row.path) == row.why);
    }
}

TEST_CASE("only a question about a folder may name the root") {
    CHECK(check_path_or_root("") == name_fault::none);
    CHECK(check_path_or_root("..") == name_fault::dots);
}
