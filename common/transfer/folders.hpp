// Folders below the root of a transfer: the staging folder, parents made on demand, and which of them must be
// synced before anything in them may be called stored. Blocking: for the blocking pool.
#pragma once

#include "common/seam/disk.hpp"

#include <set>
#include <string>
#include <string_view>

namespace common::transfer {

enum class durability : std::uint8_t {
    full,     // stored means: survives power loss
    relaxed,  // stored means: survives the death of the process
};

// "" for a path of one component: the root.
std::string_view parent_of(std::string_view path);
// Both may be empty: the root.
std::string join_path(std::string_view folder, std::string_view name);

// Names in folders that changed; sync() makes the changes durable.
class touched_folders {
  public:
    void add(std::string_view path) { paths_.emplace(path); }
    void add_parent_of(std::string_view path) { paths_.emplace(parent_of(path)); }
    std::size_t count() const { return paths_.size(); }
    // One by one, or the whole file system when there are many.
    std::error_code sync(seam::disk& disk) const;

  private:
    std::set<std::string, std::less<>> paths_;
};

// Makes the folder and what is missing above it; each new one is noted in `touched`. An existing folder is
// fine; anything else of that name is errc::not_a_directory.
std::error_code make_folders(seam::disk& disk, std::string_view path, std::uint32_t mode,
                             touched_folders& touched);

// The staging folder in this root; made when it is missing.
std::error_code prepare_staging(seam::disk& disk, durability how);
std::string staging_path(std::string_view name);

}  // namespace common::transfer
