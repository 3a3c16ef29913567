// Real SQLite on a simulated disk: what it has not synced is lost at power failure like everything else.
//
//   sqlite_vfs vfs{process.disk(), process.random(), process.loop()};   // one for each process
//   sqlite3_open_v2("chat.db", &db, flags, vfs.name());                 // a path on that disk
//   PRAGMA locking_mode=EXCLUSIVE, then journal_mode=WAL, then use it
//   close every database, then destroy it
//
// There is no shared memory and there are no locks: it supports one connection, in exclusive mode. SQLite's
// own random generator is seeded from `random`, so that a run repeats exactly.
#pragma once

#include "common/seam/clock.hpp"
#include "common/seam/disk.hpp"
#include "common/seam/random.hpp"

#include <memory>
#include <string>

struct sqlite3_vfs;

namespace tests::simulation {

class sqlite_vfs {
  public:
    sqlite_vfs(common::seam::disk& disk, common::seam::random& random, const common::seam::clock& clock);
    sqlite_vfs(const sqlite_vfs&) = delete;
    sqlite_vfs& operator=(const sqlite_vfs&) = delete;
    ~sqlite_vfs();

    const char* name() const { return name_.c_str(); }

    common::seam::disk& disk() { return disk_; }
    common::seam::random& random() { return random_; }
    const common::seam::clock& clock() const { return clock_; }

  private:
    common::seam::disk& disk_;
    common::seam::random& random_;
    const common::seam::clock& clock_;
    std::string name_;
    std::unique_ptr<sqlite3_vfs> registered_;
};

}  // namespace tests::simulation
