#include "tests/simulation/sqlite_vfs.hpp"

#include "tests/catch.hpp"
#include "tests/simulation/node.hpp"

#include <sqlite3.h>

#include <string>

using namespace tests::simulation;

namespace {

// A database on a simulated machine, opened as the chat's store does it.
class database {
  public:
    database(process& own, const char* synchronous) : vfs_(own.disk(), own.random(), own.loop()) {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        opened_ = sqlite3_open_v2("test.db", &db_, flags, vfs_.name()) == SQLITE_OK;
        run("PRAGMA locking_mode=EXCLUSIVE");
        run("PRAGMA journal_mode=WAL");
        run(std::string{"PRAGMA synchronous="} + synchronous);
        run("CREATE TABLE IF NOT EXISTS record (number INTEGER PRIMARY KEY, text BLOB)");
    }
    ~database() { sqlite3_close(db_); }

    bool run(const std::string& sql) {
        return opened_ && sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    std::string ask(const std::string& sql) {
        std::string answer;
        const auto keep = [](void* to, int, char** columns, char**) {
            *static_cast<std::string*>(to) = columns[0] ? columns[0] : "";
            return 0;
        };
        sqlite3_exec(db_, sql.c_str(), keep, &answer, nullptr);
        return answer;
    }

  private:
    sqlite_vfs vfs_;
    sqlite3* db_ = nullptr;
    bool opened_ = false;
};

// Commits rows until the power fails in the middle of something; returns how many were committed and how many
// of them are there afterwards.
std::pair<int, int> commit_until_power_fails(std::uint64_t seed, const char* synchronous) {
    world sim{seed};
    node machine{sim, "machine"};
    database* opened = nullptr;
    machine.on_boot([&](process& own) {
        auto made = std::make_shared<database>(own, synchronous);
        opened = made.get();
        return made;
    });
    machine.start();
    machine.crash_at_disk_operation(sim.chance().between(1, 400), true);
    int committed = 0;
    while (machine.running()) {
        const bool done = opened->run("INSERT INTO record (text) VALUES (zeroblob(3000))");
        if (done && machine.running()) ++committed;
    }
    sim.step();
    machine.start();
    REQUIRE(opened->ask("PRAGMA quick_check") == "ok");
    return {committed, std::stoi(opened->ask("SELECT count(*) FROM record"))};
}

}  // namespace

TEST_CASE("SQLite works on the simulated disk, in WAL mode, across a clean restart and a kill") {
    world sim{1};
    node machine{sim, "machine"};
    database* opened = nullptr;
    machine.on_boot([&](process& own) {
        auto made = std::make_shared<database>(own, "FULL");
        opened = made.get();
        return made;
    });
    machine.start();
    REQUIRE(opened->ask("PRAGMA journal_mode") == "wal");
    for (int i = 0; i < 100; ++i) REQUIRE(opened->run("INSERT INTO record (text) VALUES (zeroblob(3000))"));
    machine.kill();
    machine.start();
    REQUIRE(opened->ask("SELECT count(*) FROM record") == "100");
    REQUIRE(opened->ask("PRAGMA quick_check") == "ok");
    machine.current().program.reset();
    machine.start();
    REQUIRE(opened->ask("SELECT count(*) FROM record") == "100");
}

TEST_CASE("a commit with synchronous=FULL survives a power failure at any moment") {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const auto [committed, kept] = commit_until_power_fails(seed, "FULL");
        INFO("seed " << seed);
        REQUIRE(kept >= committed);
        REQUIRE(kept <= committed + 1);
    }
}

TEST_CASE("without syncs the simulator does lose commits") {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const auto [committed, kept] = commit_until_power_fails(seed, "NORMAL");
        lost += kept < committed ? 1 : 0;
    }
    REQUIRE(lost > 5);
}
