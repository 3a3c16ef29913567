#include "uploader-server/session/file_changes.hpp"

#include "tests/catch.hpp"
#include "tests/support/memory_disk.hpp"
#include "uploader-server/session/tree_removal.hpp"

using namespace uploader_server::session;
using common::transfer::durability;
using tests::support::memory_disk;

namespace {

void fill(memory_disk& disk) {
    disk.put("keep/this", "1", 1);
    disk.put("tree/a", "12", 1);
    disk.put("tree/sub/b", "345", 1);
    disk.put("tree/sub/deep/c", "6", 1);
    disk.put("tree/z", "7890", 1);
}

bool run(tree_removal& job, std::size_t entries, std::size_t steps_max = 100) {
    for (std::size_t i = 0; i < steps_max; ++i) {
        const auto over = job.step(entries);
        REQUIRE(over);
        if (*over) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a tree is removed in steps of any size, and nothing beside it") {
    for (std::size_t entries = 1; entries < 10; ++entries) {
        memory_disk disk;
        fill(disk);
        tree_removal job(disk, "tree", true, durability::full);
        std::uint64_t told = 0;
        job.on_file = [&](const std::string&, const common::seam::file_info& info) { told += info.size; };
        CHECK(run(job, entries));
        CHECK(disk.paths() == std::vector<std::string>{"keep", "keep/this"});
        CHECK(job.removed().files == 4);
        CHECK(job.removed().folders == 3);
        CHECK(job.removed().bytes == 10);
        CHECK(told == 10);
        CHECK(disk.syncs() == 1);
    }
}

TEST_CASE("a folder with something in it stays without recursive") {
    memory_disk disk;
    fill(disk);
    tree_removal job(disk, "tree", false, durability::full);
    CHECK(job.step(100).error() == std::errc::directory_not_empty);
    CHECK(disk.find("tree/sub/deep/c") != nullptr);
}

TEST_CASE("a removal that fails at any step says so, and a second one finishes it") {
    for (std::uint64_t at = 0; at < 40; ++at) {
        memory_disk disk;
        fill(disk);
        disk.fail_at(at, std::errc::io_error);
        tree_removal job(disk, "tree", true, durability::full);
        common::seam::result<bool> over = false;
        while (over && !*over) over = job.step(2);
        if (over) {
            CHECK(disk.find("tree") == nullptr);
            continue;
        }
        CHECK(over.error() == std::errc::io_error);
        disk.heal();
        if (disk.find("tree") == nullptr) continue;
        tree_removal again(disk, "tree", true, durability::full);
        CHECK(run(again, 100));
        CHECK(disk.paths() == std::vector<std::string>{"keep", "keep/this"});
    }
}

TEST_CASE("a rename keeps what is there, unless it may replace a file") {
    struct row {
        const char* from;
        const char* to;
        bool replace;
        std::error_code error;
        const char* now;
    };
    const auto taken = make_error_code(std::errc::file_exists);
    const row table[] = {
        {"tree/a", "new", false, {}, "new"},
        {"tree/a", "tree/z", false, taken, ""},
        {"tree/a", "tree/z", true, {}, "tree/z"},
        {"tree/a", "keep", false, {}, "keep/a"},
        {"tree/a", "", false, {}, "a"},
        {"tree/a", "tree/a", false, {}, "tree/a"},
        {"tree/a", "missing/a", false, make_error_code(std::errc::no_such_file_or_directory), ""},
        {"missing", "new", false, make_error_code(std::errc::no_such_file_or_directory), ""},
        {"tree", "tree/sub", false, make_error_code(std::errc::invalid_argument), ""},
        {"tree/sub", "tree/z", true, taken, ""},
    };
    for (const row& each : table) {
        INFO(each.from << " to " << each.to);
        memory_disk disk;
        fill(disk);
        uploader_server::domain::quota space{{}};
        space.count("", {.bytes = 100, .files = 5});
        const auto moved = move_file(disk, each.from, each.to, each.replace, durability::full, space);
        CHECK(moved.error() == each.error);
        if (!moved) continue;
        CHECK(moved->path == each.now);
        CHECK(disk.find(each.now) != nullptr);
        CHECK(space.total().bytes == (each.replace ? 96 : 100));
        CHECK(space.total().files == (each.replace ? 4 : 5));
    }
}

TEST_CASE("a rename is durable before it is told") {
    uploader_server::domain::quota space{{}};
    memory_disk disk;
    fill(disk);
    REQUIRE(move_file(disk, "tree/a", "keep/a", false, durability::full, space));
    CHECK(disk.syncs() == 2);
    memory_disk relaxed;
    fill(relaxed);
    REQUIRE(move_file(relaxed, "tree/a", "keep/a", false, durability::relaxed, space));
    CHECK(relaxed.syncs() == 0);
}

TEST_CASE("the id of an upload is its staging name") {
    const std::string name = "00112233445566778899aabbccddeeff";
    CHECK(name_of_upload(upload_of_name(name)) == name);
}
