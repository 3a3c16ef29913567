#include "tests/catch.hpp"
#include "uploader-client/domain/filter.hpp"

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

TEST_CASE("a filter takes what is included and not excluded", "[uploader-client]") {
    const filter all;
    CHECK(all.takes("a/b", false));
    CHECK(all.takes("a", true));

    const filter without({}, {".git", "build/", "tree/tmp/*.o", "/top"});
    CHECK(without.takes("tree/a", false));
    CHECK_FALSE(without.takes("tree/.git", true));
    CHECK_FALSE(without.takes("tree/.git/config", false));
    CHECK_FALSE(without.takes("tree/build/x", false));
    CHECK_FALSE(without.takes("tree/tmp/a.o", false));
    CHECK(without.takes("tree/tmp/sub/a.o", false));
    CHECK_FALSE(without.takes("top", false));

    const filter only({"*.jpg"}, {"private"});
    CHECK(only.takes("tree/a.jpg", false));
    CHECK_FALSE(only.takes("tree/a.png", false));
    CHECK_FALSE(only.takes("tree", true));
    CHECK_FALSE(only.takes("tree/private/a.jpg", false));
}
