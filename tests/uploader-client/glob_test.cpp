#include "tests/catch.hpp"
#include "uploader-client/domain/filter.hpp"
#include "uploader-client/domain/preserve_words.hpp"

#include <stdexcept>
#include <string>

using uploader_client::domain::filter;
using uploader_client::domain::glob;

TEST_CASE("a glob matches as shells do", "[uploader-client]") {
    struct row {
        std::string pattern;
        std::string path;
        bool matches;
    };
    const row table[] = {
        {"a", "a", true},
        {"a", "b", false},
        {"a", "ab", false},
        {"*", "", true},
        {"*", "anything.jpg", true},
        {"*", "a/b", false},
        {"*.jpg", ".jpg", true},
        {"*.jpg", "a.jpg", true},
        {"*.jpg", "a.jpeg", false},
        {"a*b*c", "axxbyyc", true},
        {"a*b*c", "axxbyy", false},
        {"a?c", "abc", true},
        {"a?c", "a/c", false},
        {"a?c", "ac", false},
        {"a?c",
         "a\xC3\xBC"
         "c",
         true},
        {"a/*/c", "a/b/c", true},
        {"a/*/c", "a/b/b/c", false},
        {"a/**/c", "a/c", true},
        {"a/**/c", "a/b/b/c", true},
        {"**/c", "c", true},
        {"**/c", "a/b/c", true},
        {"**/c", "a/bc", false},
        {"a/**", "a/b/c", true},
        {"a/**", "b/a/b", false},
        {"**", "", true},
        {"[abc]", "b", true},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[!a-c]", "d", true},
        {"[!a-c]", "a", false},
        {"[!a]", "/", false},
        {"[]]", "]", true},
        {"[a-]", "-", true},
        {"\\*", "*", true},
        {"\\*", "a", false},
    };
    for (const row& each : table) {
        INFO(each.pattern << " with " << each.path);
        CHECK(glob(each.pattern).matches(each.path) == each.matches);
    }
}

TEST_CASE("a pattern that does not end is refused", "[uploader-client]") {
    CHECK_THROWS_AS(glob("[a"), std::invalid_argument);
    CHECK_THROWS_AS(glob("[]"), std::invalid_argument);
    CHECK_THROWS_AS(glob(""), std::invalid_argument);
    CHECK_THROWS_AS(glob(std::string(uploader_client::domain::pattern_bytes_max + 1, 'a')),
                    std::invalid_argument);
}

TEST_CASE("many stars take no more time than their product", "[uploader-client]") {
    std::string pattern;
    for (int i = 0; i < 300; ++i) pattern += "*a";
    CHECK_FALSE(glob(pattern + "b").matches(std::string(2000, 'a')));
}

using choice = filter::choice;

TEST_CASE("the last rule that matches decides, as in a .gitignore", "[uploader-client]") {
    struct row {
        std::vector<std::string> patterns;
        std::string path;
        bool is_folder;
        choice expected;
    };
    const std::vector<row> table{
        {{}, "a/b", false, choice::take},
        {{}, "a", true, choice::take},
        // One name, at any depth.
        {{".git"}, "tree/.git", true, choice::leave},
        {{".git"}, "tree/deep/.git", false, choice::leave},
        {{"*.o"}, "tree/a.c", false, choice::take},
        // A '/' at the end: folders only.
        {{"build/"}, "tree/build", true, choice::leave},
        {{"build/"}, "tree/build", false, choice::take},
        // A '/' elsewhere: the whole path.
        {{"/top"}, "top", false, choice::leave},
        {{"/top"}, "tree/top", false, choice::take},
        {{"tree/tmp/*.o"}, "tree/tmp/a.o", false, choice::leave},
        {{"tree/tmp/*.o"}, "tree/tmp/sub/a.o", false, choice::take},
        {{"tree/**/a.o"}, "tree/tmp/sub/a.o", false, choice::leave},
        {{"tree/**/a.o"}, "tree/a.o", false, choice::leave},
        {{"tree/tmp/**"}, "tree/tmp/sub/a.o", false, choice::leave},
        {{"tree/tmp/**"}, "tree/tmp", true, choice::take},
        {{"**/tmp/"}, "tree/deep/tmp", true, choice::leave},
        // Order and negation.
        {{"*.o", "!keep.o"}, "tree/keep.o", false, choice::take},
        {{"*.o", "!keep.o"}, "tree/other.o", false, choice::leave},
        {{"*.o", "!keep.o", "tree/keep.o"}, "tree/keep.o", false, choice::leave},
        {{"\\!odd"}, "tree/!odd", false, choice::leave},
        // What begins with an inclusion takes nothing else in, but looks into folders.
        {{"!*.jpg"}, "tree/a.jpg", false, choice::take},
        {{"!*.jpg"}, "tree/a.png", false, choice::leave},
        {{"!*.jpg"}, "tree", true, choice::enter},
        {{"!*.jpg", "private"}, "tree/private", true, choice::leave},
        {{"!photos/"}, "tree/photos", true, choice::take},
    };
    for (const row& each : table) {
        INFO(each.path << " " << (each.patterns.empty() ? "" : each.patterns.front()));
        CHECK(filter(each.patterns).judge(each.path, each.is_folder) == each.expected);
    }
}

TEST_CASE("patterns in a file are one in a line, with comments and empty lines", "[uploader-client]") {
    using uploader_client::domain::patterns_in;
    CHECK(patterns_in("# all\n*.o\r\n\n!keep.o  \nlast") ==
          std::vector<std::string>{"*.o", "!keep.o", "last"});
    CHECK(patterns_in("").empty());
    CHECK_THROWS_AS(filter({"[a"}), std::invalid_argument);
}

TEST_CASE("the words of --preserve", "[uploader-client]") {
    using uploader_client::domain::parse_preserve;
    CHECK(parse_preserve("mtime,mode")->mode);
    CHECK_FALSE(parse_preserve("mtime,mode")->links);
    CHECK(parse_preserve("mode,mtime,links")->links);
    CHECK_FALSE(parse_preserve("none")->mtime);
    CHECK_FALSE(parse_preserve("mode,"));
    CHECK_FALSE(parse_preserve("owner"));
}
