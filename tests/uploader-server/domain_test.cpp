#include "tests/catch.hpp"
#include "uploader-server/domain/quota.hpp"
#include "uploader-server/domain/rights.hpp"

using namespace uploader_server::domain;

TEST_CASE("rights are the words of --rights and nothing else") {
    struct row {
        const char* words;
        rights may;
    };
    const row table[] = {
        {"put", {.put = true}},
        {"get", {.get = true, .list = true}},
        {"list", {.list = true}},
        {"delete", {.remove = true}},
        {"overwrite", {.overwrite = true}},
        {"put,get", {.put = true, .get = true, .list = true}},
        {"get,put,put", {.put = true, .get = true, .list = true}},
        {"put,list,delete,overwrite", {.put = true, .list = true, .remove = true, .overwrite = true}},
        {"all", all_rights},
    };
    for (const row& each : table) {
        INFO(each.words);
        CHECK(parse_rights(each.words) == each.may);
    }
    CHECK(rights{.put = true, .remove = true}.may_rename());
    CHECK_FALSE(rights{.put = true}.may_rename());
    CHECK_FALSE(rights{.remove = true}.may_rename());
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
