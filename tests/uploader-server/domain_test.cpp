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
    quota space{{.bytes = 100}};
    space.count("", {.bytes = 40});
    CHECK_FALSE(space.take("a", {.bytes = 61}));
    CHECK(space.take("a", {.bytes = 60}));
    CHECK_FALSE(space.take("b", {.bytes = 1}));
    CHECK(space.take("b", {}));
    space.give_back("a", {.bytes = 10});
    CHECK(space.take("b", {.bytes = 10}));
    CHECK(space.total().bytes == 100);
    space.give_back("b", {.bytes = 1000});
    CHECK(space.total().bytes == 0);
}

TEST_CASE("each quota refuses by itself, and nothing is taken then") {
    struct row {
        quota_limits limits;
        usage first;
        usage second;
    };
    const row table[] = {
        {{.bytes = 100}, {.bytes = 60}, {.bytes = 41}},
        {{.files = 3}, {.files = 2}, {.files = 2}},
        {{.key_bytes = 100}, {.bytes = 60}, {.bytes = 41}},
        {{.key_files = 3}, {.files = 2}, {.files = 2}},
    };
    for (const row& each : table) {
        quota space{each.limits};
        CHECK(space.take("a", each.first));
        CHECK_FALSE(space.take("a", each.second));
        CHECK(space.total() == each.first);
        CHECK(space.of_key("a") == each.first);
        // Another key has a quota of its own.
        CHECK(space.take("b", each.second) == each.limits.per_key());
    }
}

TEST_CASE("a quota that is already exceeded gives nothing") {
    quota space{{.bytes = 100}};
    space.count("", {.bytes = 140, .files = 1});
    CHECK_FALSE(space.take("a", {.bytes = 1}));
    CHECK(space.take("a", {.files = 1}));
}

TEST_CASE("no quota counts without refusing") {
    quota space{{}};
    CHECK(space.take("a", {.bytes = ~std::uint64_t{0} / 2, .files = 1'000'000}));
    CHECK_FALSE(space.limits().any());
}
