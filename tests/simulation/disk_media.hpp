// What a machine's disk holds, twice: as programs see it (page cache) and as a power failure would leave it.
//
//   write ──▶ now ──sync_data──▶ durable         names: entries ──sync_folder──▶ durable_entries
//              │                    │
//          kill -9 keeps        lose_power() keeps this, and a random part of what was on its way:
//           all of it           whole 4 KiB blocks, torn ones (some sectors of 512), a size without its data,
//                               a rename without the data behind the name
//
// Programs reach it through simulated_disk (disk.hpp). Scenarios make it fail: set_faults(), crash_in().
#pragma once

#include "common/seam/disk.hpp"
#include "tests/simulation/prng.hpp"
#include "tests/simulation/world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests::simulation {

using file_bytes = std::vector<std::byte>;

inline constexpr std::size_t block_bytes = 4096;
inline constexpr std::size_t sector_bytes = 512;

// A change to a file that may not have reached the disk: a write, or a new size when there is no data.
struct file_change {
    std::uint64_t offset = 0;
    file_bytes data;
    std::optional<std::uint64_t> size;

    void apply_to(file_bytes& contents) const;
};

struct inode {
    std::uint64_t id = 0;
    common::seam::file_kind kind = common::seam::file_kind::regular;
    std::uint32_t mode = 0;
    std::int64_t mtime_ns = 0;
    std::string link_target;
    file_bytes now;
    file_bytes durable;
    std::vector<file_change> unsynced;
    std::map<std::string, std::shared_ptr<inode>, std::less<>> entries;
    std::map<std::string, std::shared_ptr<inode>, std::less<>> durable_entries;
};
using inode_ref = std::shared_ptr<inode>;

// Chances of failure, as one in so many operations; 0: never.
struct disk_faults {
    std::uint64_t read_one_in = 0;
    std::uint64_t write_one_in = 0;
    std::uint64_t sync_one_in = 0;  // what was to be synced is then lost although programs still read it
    bool full = false;              // nothing grows and nothing is created
};

class disk_media {
  public:
    disk_media(world& sim, std::string owner);

    void set_faults(disk_faults faults) { faults_ = faults; }
    bool failing() const {
        return faults_.full || faults_.read_one_in + faults_.write_one_in + faults_.sync_one_in != 0;
    }
    // Calls `crash` just before the n-th change from now (1: the next one) and never again; 0 disarms.
    void crash_in(std::uint64_t nth, std::function<void()> crash);
    // Forgets what was not synced, except for the random part that made it.
    void lose_power();
    // How many changes programs have asked for since the beginning.
    std::uint64_t operations() const { return operations_; }

    // After every change of a name that programs see.
    std::function<void()> on_names_changed;

    // The bytes of a file as programs see them, for checkers; nothing when there is no such file.
    std::optional<file_bytes> read(std::string_view path) const;
    // The same without a copy; null when there is none. Valid until the file changes.
    const file_bytes* look(std::string_view path) const;
    // The names of all files below a folder, with their paths from there.
    std::vector<std::string> files(std::string_view folder) const;

    // For simulated_disk. A name is changed in one or (rename) two places at once.
    struct name_change {
        inode_ref folder;
        std::string name;
        inode_ref before;
        inode_ref after;
    };
    using name_operation = std::vector<name_change>;

    const inode_ref& root() const { return root_; }
    inode_ref make_inode(common::seam::file_kind kind, std::uint32_t mode);
    void change_names(name_operation operation);
    std::error_code sync_names(const inode_ref& folder);
    std::error_code sync_data(inode& file);
    std::error_code sync_everything();
    // Counts the operation, crashes if that was armed, and says whether it is to fail.
    std::error_code begin_change(bool grows);
    std::error_code begin_read();
    // How much of a failed write reaches the file.
    std::size_t part_of(std::size_t bytes) { return sim_.chance().below(bytes + 1); }
    bool full() const { return faults_.full; }

  private:
    void keep_names(const name_operation& operation);
    void settle(inode& file);
    file_bytes survivors(const inode& file);
    void write_part(file_bytes& contents, const file_change& change);
    void note(std::string_view what) { sim_.note(owner_, what); }

    world& sim_;
    std::string owner_;
    inode_ref root_;
    std::uint64_t next_inode_ = 1;
    std::vector<name_operation> unsynced_names_;
    disk_faults faults_;
    std::uint64_t operations_ = 0;
    std::uint64_t crash_at_ = 0;
    std::function<void()> crash_;
};

}  // namespace tests::simulation
