#include "tests/simulation/disk.hpp"

#include "tests/catch.hpp"
#include "tests/simulation/node.hpp"

#include <algorithm>
#include <string>

using namespace tests::simulation;
using common::seam::const_bytes;

namespace {

file_bytes filled(std::size_t count, int value) {
    return file_bytes(count, static_cast<std::byte>(value));
}

// A machine whose program is the test.
struct fixture {
    explicit fixture(std::uint64_t seed) : sim(seed), machine(sim, "machine") {
        machine.on_boot([](process&) { return nullptr; });
        machine.start();
    }
    common::seam::disk& disk() { return machine.current().disk(); }
    void power_cycle() {
        machine.lose_power();
        machine.start();
    }
    void write(const char* path, const file_bytes& bytes, bool sync) {
        auto file = disk().create(path, 0600);
        REQUIRE(file);
        REQUIRE_FALSE((*file)->write_at(bytes, 0));
        if (sync) REQUIRE_FALSE((*file)->sync_data());
    }

    world sim;
    node machine;
};

constexpr std::uint64_t seeds = 200;

}  // namespace

TEST_CASE("a synced file under a synced name survives a power failure") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        at.write("kept", filled(10'000, 7), true);
        REQUIRE_FALSE(at.disk().sync_folder(""));
        at.power_cycle();
        REQUIRE(at.machine.disk().read("kept") == filled(10'000, 7));
    }
}

TEST_CASE("a killed process leaves everything it wrote") {
    fixture at{1};
    at.write("kept", filled(10'000, 7), false);
    at.machine.kill();
    at.machine.start();
    REQUIRE(at.machine.disk().read("kept") == filled(10'000, 7));
}

TEST_CASE("a power failure may take the name, the data, parts of it, or nothing") {
    int gone = 0;
    int empty = 0;
    int zeros = 0;
    int mixed = 0;
    int whole = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        at.write("file", filled(20'000, 7), false);
        at.power_cycle();
        const auto left = at.machine.disk().read("file");
        if (!left) {
            ++gone;
            continue;
        }
        const auto kept = std::ranges::count(*left, std::byte{7});
        if (left->empty()) {
            ++empty;
        } else if (kept == 0) {
            ++zeros;  // the size without the data
        } else if (kept == 20'000) {
            ++whole;
        } else {
            ++mixed;
        }
    }
    INFO(gone << " gone, " << empty << " empty, " << zeros << " zeros, " << mixed << " mixed, " << whole
              << " whole");
    REQUIRE(gone > 0);
    REQUIRE(empty > 0);
    REQUIRE(mixed > 0);
    REQUIRE(whole > 0);
}

TEST_CASE("a preallocated file may come back with its size and without its data") {
    int zeros = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        auto file = *at.disk().create("file", 0600);
        REQUIRE_FALSE(file->preallocate(8192));
        REQUIRE_FALSE(file->sync_all());
        REQUIRE_FALSE(at.disk().sync_folder(""));
        REQUIRE_FALSE(file->write_at(filled(8192, 7), 0));
        at.power_cycle();
        const auto left = at.machine.disk().read("file");
        REQUIRE(left);
        REQUIRE(left->size() == 8192);
        zeros += *left == filled(8192, 0) ? 1 : 0;
    }
    REQUIRE(zeros > 0);
}

TEST_CASE("a rename may survive without the data behind the name") {
    int renamed_without_data = 0;
    int old_name = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        at.write("staged", filled(8192, 7), false);
        REQUIRE_FALSE(at.disk().sync_folder(""));
        REQUIRE_FALSE(at.disk().rename_new("staged", "final"));
        at.power_cycle();
        const auto final_bytes = at.machine.disk().read("final");
        const bool staged = at.machine.disk().read("staged").has_value();
        // A rename is one step: exactly one of the names is there.
        REQUIRE(staged != final_bytes.has_value());
        old_name += staged ? 1 : 0;
        renamed_without_data += final_bytes && *final_bytes != filled(8192, 7) ? 1 : 0;
    }
    REQUIRE(renamed_without_data > 0);
    REQUIRE(old_name > 0);
}

TEST_CASE("a folder's sync keeps a rename into it, wherever the file came from") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        REQUIRE_FALSE(at.disk().make_folder("staging", 0700));
        REQUIRE_FALSE(at.disk().make_folder("target", 0700));
        REQUIRE_FALSE(at.disk().sync_folder(""));
        at.write("staging/file", filled(100, 7), true);
        REQUIRE_FALSE(at.disk().rename_new("staging/file", "target/file"));
        REQUIRE_FALSE(at.disk().sync_folder("target"));
        at.power_cycle();
        REQUIRE(at.machine.disk().read("target/file") == filled(100, 7));
        REQUIRE_FALSE(at.machine.disk().read("staging/file"));
    }
}

TEST_CASE("writes are lost in whole blocks or torn between sectors, and nothing around them changes") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        at.write("file", filled(16'384, 1), true);
        REQUIRE_FALSE(at.disk().sync_folder(""));
        auto file = *at.disk().open_write("file");
        REQUIRE_FALSE(file->write_at(filled(9000, 2), 1000));
        at.power_cycle();
        const auto left = *at.machine.disk().read("file");
        REQUIRE(left.size() == 16'384);
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (i < 1000 || i >= 10'000) REQUIRE(left[i] == std::byte{1});
            const bool boundary = i % sector_bytes == 0 || i == 1000 || i == 10'000;
            if (i > 0 && !boundary) REQUIRE(left[i] == left[i - 1]);
        }
    }
}

TEST_CASE("data whose sync failed is readable and may be gone after a power failure") {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fixture at{seed};
        at.write("file", {}, true);
        REQUIRE_FALSE(at.disk().sync_folder(""));
        auto file = *at.disk().open_write("file");
        REQUIRE_FALSE(file->write_at(filled(100, 7), 0));
        at.machine.disk().set_faults({.sync_one_in = 1});
        REQUIRE(file->sync_data());
        at.machine.disk().set_faults({});
        REQUIRE_FALSE(file->sync_data());
        REQUIRE(at.machine.disk().read("file") == filled(100, 7));
        at.power_cycle();
        lost += at.machine.disk().read("file") != filled(100, 7) ? 1 : 0;
    }
    REQUIRE(lost > 0);
    REQUIRE(lost < static_cast<int>(seeds));
}

TEST_CASE("a machine that loses power at its n-th change makes no change after it") {
    for (std::uint64_t nth = 1; nth <= 4; ++nth) {
        fixture at{nth};
        at.machine.crash_at_disk_operation(nth, true);
        auto& disk = at.disk();
        std::uint64_t worked = 0;
        if (!disk.make_folder("a", 0700)) ++worked;
        if (!disk.make_folder("b", 0700)) ++worked;
        if (!disk.make_folder("c", 0700)) ++worked;
        if (!disk.sync_folder("")) ++worked;
        REQUIRE(worked == nth - 1);
        REQUIRE_FALSE(at.machine.running());
        REQUIRE_FALSE(disk.info("a"));
        at.sim.step();
        at.machine.start();
        REQUIRE(at.disk().info(""));
    }
}

TEST_CASE("a full disk refuses what grows and lets through what does not") {
    fixture at{1};
    at.write("file", filled(100, 1), true);
    at.machine.disk().set_faults({.full = true});
    auto file = *at.disk().open_write("file");
    REQUIRE(file->write_at(filled(100, 2), 50) == std::errc::no_space_on_device);
    REQUIRE_FALSE(file->write_at(filled(50, 3), 0));
    REQUIRE(at.disk().create("other", 0600).error() == std::errc::no_space_on_device);
    REQUIRE(*at.disk().free_bytes() == 0);
}

TEST_CASE("names behave as on a real disk") {
    fixture at{1};
    auto& disk = at.disk();
    REQUIRE_FALSE(disk.make_folder("folder", 0700));
    at.write("folder/one", filled(1, 1), false);
    at.write("folder/two", filled(2, 2), false);
    REQUIRE(disk.create("folder/one", 0600).error() == std::errc::file_exists);
    REQUIRE(disk.rename_new("folder/one", "folder/two") == std::errc::file_exists);
    REQUIRE_FALSE(disk.rename_over("folder/one", "folder/two"));
    REQUIRE(at.machine.disk().read("folder/two") == filled(1, 1));
    REQUIRE(disk.remove_folder("folder") == std::errc::directory_not_empty);
    REQUIRE(disk.open_read("folder").error() == std::errc::is_a_directory);
    REQUIRE(disk.open_read("folder/none").error() == std::errc::no_such_file_or_directory);
    REQUIRE(disk.open_read("folder/two/x").error() == std::errc::not_a_directory);
    REQUIRE_FALSE(disk.make_link("two", "folder/link"));
    REQUIRE(disk.open_read("folder/link").error() == std::errc::too_many_symbolic_link_levels);
    REQUIRE(*disk.read_link("folder/link") == "two");
    REQUIRE_FALSE(disk.remove("folder/link"));
    REQUIRE_FALSE(disk.remove("folder/two"));
    REQUIRE_FALSE(disk.remove_folder("folder"));
    REQUIRE(at.machine.disk().files("").empty());
}
