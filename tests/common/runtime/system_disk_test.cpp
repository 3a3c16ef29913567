#include "common/runtime/system_disk.hpp"

#include "tests/catch.hpp"

#include <atomic>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using common::runtime::system_disk;
namespace seam = common::seam;
namespace fs = std::filesystem;

namespace {

struct scratch_folder {
    scratch_folder() {
        std::string pattern = (fs::temp_directory_path() / "system_disk_XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path = pattern;
        fs::create_directory(path / "root");
        fs::create_directory(path / "outside");
    }
    ~scratch_folder() { fs::remove_all(path); }
    fs::path path;
};

seam::const_bytes bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string read_all(seam::file& file) {
    std::string text(100, '\0');
    const auto got = file.read_at(std::as_writable_bytes(std::span(text)), 0);
    REQUIRE(got);
    text.resize(*got);
    return text;
}

}  // namespace

TEST_CASE("system_disk creates, writes, reads, renames and removes") {
    const scratch_folder scratch;
    system_disk disk((scratch.path / "root").string());
    REQUIRE_FALSE(disk.make_folder("a", 0700));
    REQUIRE_FALSE(disk.make_folder("a/b", 0700));
    auto made = disk.create("a/b/file", 0640);
    REQUIRE(made);
    auto& file = **made;
    REQUIRE_FALSE(file.preallocate(5));
    REQUIRE_FALSE(file.write_at(bytes("world"), 0));
    REQUIRE_FALSE(file.resize(3));
    REQUIRE_FALSE(file.set_mtime(-1'500'000'000));
    REQUIRE_FALSE(file.sync_data());
    REQUIRE_FALSE(file.sync_all());
    const auto info = file.info();
    REQUIRE(info);
    CHECK(info->kind == seam::file_kind::regular);
    CHECK(info->size == 3);
    CHECK(info->mode == 0640);
    CHECK(info->mtime_ns == -1'500'000'000);

    REQUIRE(disk.create("a/b/file", 0640).error() == std::errc::file_exists);
    REQUIRE_FALSE(disk.rename_new("a/b/file", "moved"));
    auto again = disk.open_read("moved");
    REQUIRE(again);
    REQUIRE(read_all(**again) == "wor");
    REQUIRE(disk.create("other", 0600));
    REQUIRE(disk.rename_new("moved", "other") == std::errc::file_exists);
    REQUIRE_FALSE(disk.rename_over("moved", "other"));
    REQUIRE_FALSE(disk.sync_folder(""));
    REQUIRE_FALSE(disk.sync_folder("a/b"));
    REQUIRE_FALSE(disk.sync_everything());
    REQUIRE_FALSE(disk.remove("other"));
    REQUIRE(disk.remove("other") == std::errc::no_such_file_or_directory);
    REQUIRE(disk.remove_folder("a") == std::errc::directory_not_empty);
    REQUIRE_FALSE(disk.remove_folder("a/b"));
    REQUIRE(disk.free_bytes());
    REQUIRE(disk.open_read("a").error() == std::errc::is_a_directory);
}

TEST_CASE("system_disk never leaves its root: every call, every trick") {
    const scratch_folder scratch;
    const auto root = scratch.path / "root";
    fs::create_symlink(scratch.path / "outside", root / "link");
    fs::create_symlink("/etc/passwd", root / "file_link");
    REQUIRE(::mkfifo((root / "pipe").c_str(), 0600) == 0);
    system_disk disk(root.string());
    REQUIRE_FALSE(disk.make_folder("inside", 0700));
    for (const char* path :
         {"../outside/x", "/tmp/x", "link/x", "inside/../../outside/x", ".", "..", "", "a/", "inside/.."}) {
        CAPTURE(path);
        CHECK_FALSE(disk.create(path, 0600));
        CHECK_FALSE(disk.open_read(path));
        CHECK_FALSE(disk.open_write(path));
        CHECK(disk.make_folder(path, 0700));
        CHECK(disk.make_link("x", path));
        CHECK(disk.remove(path));
        CHECK(disk.remove_folder(path));
        CHECK(disk.rename_new("inside", path));
        CHECK(disk.rename_over("inside", path));
    }
    CHECK(disk.open_read("file_link").error() == std::errc::too_many_symbolic_link_levels);
    CHECK(disk.open_write("file_link").error() == std::errc::too_many_symbolic_link_levels);
    CHECK_FALSE(disk.open_read("pipe"));
    CHECK_FALSE(disk.open_write("pipe"));
    CHECK(disk.list("link", [](auto, const auto&) { return true; }));
    CHECK(disk.sync_folder("link"));
    CHECK(disk.info("file_link")->kind == seam::file_kind::link);
    CHECK(*disk.read_link("file_link") == "/etc/passwd");
    CHECK(fs::is_empty(scratch.path / "outside"));
    CHECK(fs::exists(root / "inside"));
}

TEST_CASE("system_disk lists every entry with its kind, and stops when told") {
    const scratch_folder scratch;
    system_disk disk((scratch.path / "root").string());
    REQUIRE_FALSE(disk.make_folder("folder", 0700));
    REQUIRE(disk.create("file", 0600));
    REQUIRE_FALSE(disk.make_link("file", "link"));
    std::set<std::string> seen;
    REQUIRE_FALSE(disk.list("", [&](std::string_view name, const seam::file_info& info) {
        seen.insert(std::string(name) + std::to_string(static_cast<int>(info.kind)));
        return true;
    }));
    REQUIRE(seen == std::set<std::string>{"file0", "folder1", "link2"});
    int calls = 0;
    REQUIRE_FALSE(disk.list("", [&](auto, const auto&) { return ++calls < 2; }));
    REQUIRE(calls == 2);
}

TEST_CASE("system_disk finds a folder again after its own rename of it") {
    const scratch_folder scratch;
    system_disk disk((scratch.path / "root").string());
    REQUIRE_FALSE(disk.make_folder("one", 0700));
    REQUIRE(disk.create("one/first", 0600));
    REQUIRE_FALSE(disk.rename_new("one", "two"));
    REQUIRE(disk.create("one/second", 0600).error() == std::errc::no_such_file_or_directory);
    REQUIRE_FALSE(disk.make_folder("one", 0700));
    REQUIRE(disk.create("one/second", 0600));
    REQUIRE(disk.info("one/second"));
    REQUIRE_FALSE(disk.info("two/second"));
}

TEST_CASE("system_disk writes nothing outside while a folder is swapped with a link") {
    const scratch_folder scratch;
    const auto root = scratch.path / "root";
    fs::create_directory(root / "folder");
    system_disk disk(root.string());
    std::atomic<bool> stop{false};
    std::thread swapper([&] {
        const auto folder = root / "folder";
        const auto aside = root / "aside";
        while (!stop) {
            ::rename(folder.c_str(), aside.c_str());
            if (::symlink((scratch.path / "outside").c_str(), folder.c_str()) != 0) continue;
            ::unlink(folder.c_str());
            ::rename(aside.c_str(), folder.c_str());
        }
    });
    for (int i = 0; i < 3'000; ++i) {
        const std::string path = "folder/" + std::to_string(i);
        const auto made = disk.create(path, 0600);
        if (made) (void)disk.rename_new(path, path + "x");
    }
    stop = true;
    swapper.join();
    REQUIRE(fs::is_empty(scratch.path / "outside"));
}

TEST_CASE("system_disk refuses a root that is not a folder, by name") {
    REQUIRE_THROWS_AS(system_disk("/nonexistent/root"), std::system_error);
}
