// The unfinished uploads in a root, as their journals tell: to show them, and to forget them.
//
//   visit_unfinished(disk, [](const unfinished_file& each) { …; return true; });
//   auto one = look_at_unfinished(disk, name);             // errc::no_such_file_or_directory: there is none
//   auto bytes = remove_unfinished(disk, name, how);       // only while its claim is held, see claims.hpp
//
// Blocking: for the blocking pool.
#pragma once

#include "common/seam/disk.hpp"
#include "common/transfer/folders.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace common::transfer {

struct unfinished_file {
    std::string name;        // of its staging files: staging_name(owner, path)
    std::string owner;       // whose it is
    std::string path;        // the target
    std::uint64_t size = 0;  // bytes, or size_unknown
    std::uint64_t durable_bytes = 0;
    std::int64_t touched_ns = 0;  // when data or journal last changed; since the epoch
};

// Until `visit` returns false, in no order. Journals that cannot be understood are left out.
std::error_code visit_unfinished(seam::disk& disk, const std::function<bool(const unfinished_file&)>& visit);

seam::result<unfinished_file> look_at_unfinished(seam::disk& disk, std::string_view name);

// Returns the durable bytes that were there.
seam::result<std::uint64_t> remove_unfinished(seam::disk& disk, std::string_view name, durability how);

}  // namespace common::transfer
