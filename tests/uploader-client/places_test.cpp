#include "uploader-client/domain/places.hpp"

#include "tests/catch.hpp"
#include "uploader-client/domain/tally.hpp"

#include <string>

using namespace uploader_client::domain;

TEST_CASE("a PATH to send keeps its name, or gives only its contents", "[uploader-client]") {
    struct row {
        std::string argument;
        std::string canonical;
        source_place wanted;
    };
    const row table[] = {
        {"a.bin", "/home/u/a.bin", {"/home/u", "a.bin", "a.bin"}},
        {"sub/a.bin", "/home/u/sub/a.bin", {"/home/u/sub", "a.bin", "a.bin"}},
        {"dir", "/home/u/dir", {"/home/u", "dir", "dir"}},
        {"dir/", "/home/u/dir", {"/home/u/dir", "", ""}},
        {"dir/.", "/home/u/dir", {"/home/u/dir", "", ""}},
        {".", "/home/u", {"/home/u", "", ""}},
        {"..", "/home", {"/home", "", ""}},
        {"/", "/", {"/", "", ""}},
        {"/top", "/top", {"/", "top", "top"}},
        // A link that was named is followed, under its own name.
        {"link", "/srv/data/real", {"/srv/data", "real", "link"}},
    };
    for (const row& each : table) {
        INFO(each.argument);
        const source_place got = place_source(each.argument, each.canonical);
        CHECK(got.root == each.wanted.root);
        CHECK(got.inside == each.wanted.inside);
        CHECK(got.wire == each.wanted.wire);
    }
}

TEST_CASE("what is brought goes into a folder that is there, or becomes what is not", "[uploader-client]") {
    struct row {
        std::string remote;
        local_target local;
        download_place wanted;
    };
    const row table[] = {
        {"dir", {"/home/u", true, false}, {"/home/u", ""}},
        {"dir", {"/home/u/new", false, false}, {"/home/u", "new"}},
        {"dir", {"/home/u/new", false, true}, {"/home/u/new", ""}},
        {"dir/", {"/home/u/old", true, false}, {"/home/u", "old"}},
        {"a/b.bin", {"/home/u/c.bin", false, false}, {"/home/u", "c.bin"}},
        {"", {"/home/u/all", false, false}, {"/home/u/all", ""}},
        {"/", {"/home/u", true, false}, {"/home/u", ""}},
    };
    for (const row& each : table) {
        INFO(each.remote << " to " << each.local.canonical);
        const download_place got = place_download(parse_remote(each.remote), each.local);
        CHECK(got.root == each.wanted.root);
        CHECK(got.rename_to == each.wanted.rename_to);
    }
}

TEST_CASE("the exit follows from what became of the files", "[uploader-client]") {
    using protocol::error_code;
    using protocol::upload::status;
    const file_report good{.path = "a", .bytes = 10, .status = status::stored};
    const file_report there{.path = "b", .bytes = 5, .status = status::skipped};
    const file_report bad{
        .path = "c", .status = status::failed, .error = make_error_code(error_code::storage_failed)};
    const file_report changed{
        .path = "d", .status = status::failed, .error = make_error_code(error_code::verification_failed)};
    const file_report forbidden{
        .path = "e", .status = status::failed, .error = make_error_code(error_code::not_permitted)};
    const file_report folder{.path = "f", .status = status::stored, .is_folder = true};

    const auto verdict_of = [](std::initializer_list<file_report> files) {
        tally sum;
        for (const auto& each : files) sum.add(each);
        return sum.judge();
    };
    CHECK(verdict_of({}) == verdict::done);
    CHECK(verdict_of({good, there}) == verdict::done);
    CHECK(verdict_of({good, bad}) == verdict::partly);
    CHECK(verdict_of({bad}) == verdict::failed);
    CHECK(verdict_of({changed}) == verdict::verification_failed);
    CHECK(verdict_of({changed, bad}) == verdict::failed);
    CHECK(verdict_of({forbidden}) == verdict::not_permitted);

    tally sum;
    for (const auto& each : {good, there, folder, bad}) sum.add(each);
    CHECK(sum.files() == 2);
    CHECK(sum.stored() == 1);
    CHECK(sum.skipped() == 1);
    CHECK(sum.failed() == 1);
    CHECK(sum.bytes() == 15);
}
