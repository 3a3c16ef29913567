#include "uploader-client/domain/quiet_paths.hpp"

#include "tests/catch.hpp"

using uploader_client::domain::quiet_paths;
using namespace std::chrono_literals;
using paths = std::vector<std::string>;

TEST_CASE("a path is ready when nothing happened to it for a while", "[uploader-client]") {
    const quiet_paths::time_point start{};
    quiet_paths changed(1s, 10);
    CHECK_FALSE(changed.next());
    CHECK(changed.note("a", start));
    CHECK(changed.note("b", start + 200ms));
    CHECK(changed.next() == start + 1s);
    CHECK(changed.take(start + 999ms).empty());
    // Written again: it waits again.
    CHECK(changed.note("a", start + 900ms));
    CHECK(changed.take(start + 1s).empty());
    CHECK(changed.take(start + 1200ms) == paths{"b"});
    CHECK(changed.next() == start + 1900ms);
    CHECK(changed.take(start + 2s) == paths{"a"});
    CHECK(changed.take(start + 9s).empty());
    CHECK(changed.size() == 0);
}

TEST_CASE("too many paths are not noted, those that are there still are", "[uploader-client]") {
    const quiet_paths::time_point start{};
    quiet_paths changed(1s, 2);
    CHECK(changed.note("a", start));
    CHECK(changed.note("b", start));
    CHECK_FALSE(changed.note("c", start));
    CHECK(changed.note("a", start + 1s));
    CHECK(changed.take(start + 1s) == paths{"b"});
    CHECK(changed.note("c", start + 1s));
    changed.clear();
    CHECK_FALSE(changed.next());
}
