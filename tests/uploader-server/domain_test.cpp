#include "tests/catch.hpp"
#include "uploader-server/domain/quota.hpp"
#include "uploader-server/domain/rights.hpp"

using namespace uploader_server::domain;

TEST_CASE("rights are the words of --rights and nothing else") {
    CHECK(parse_rights("put") == rights{.put = true, .get = false});
    CHECK(parse_rights("get") == rights{.put = false, .get = true});
    CHECK(parse_rights("put,get") == rights{.put = true, .get = true});
    CHECK(parse_rights("all") == rights{.put = true, .get = true});
    for (const auto* const words : {"", "put,", ",put", "PUT", "put get", "everything", "put,,get"}) {
        INFO(words);
        CHECK_FALSE(parse_rights(words));
    }
}

TEST_CASE("a quota gives space until it is used up and takes it back") {
    quota space{100, 40};
    CHECK_FALSE(space.take(61));
    CHECK(space.take(60));
    CHECK_FALSE(space.take(1));
    CHECK(space.take(0));
    space.give_back(10);
    CHECK(space.take(10));
    CHECK(space.used_bytes() == 100);
    space.give_back(1000);
    CHECK(space.used_bytes() == 0);
}

TEST_CASE("a quota that is already exceeded gives nothing") {
    quota space{100, 140};
    CHECK_FALSE(space.take(1));
}

TEST_CASE("no quota counts without refusing") {
    quota space{0};
    CHECK(space.take(~std::uint64_t{0} / 2));
}
