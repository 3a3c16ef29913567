// The root folder before and between sessions: made ready, counted, and rid of what expired.
//
//   if (auto error = prepare_root(disk, how)) …         once, before anything is received
//   auto used = used_bytes(disk);                       for the quota
//   expire_partial(disk, claims, now, keep_partial);           at the start, then now and then
//
// Blocking: at the start, or on the blocking pool.
#pragma once

#include "common/seam/clock.hpp"
#include "common/seam/disk.hpp"
#include "common/transfer/claims.hpp"
#include "common/transfer/folders.hpp"

#include <cstdint>

namespace uploader_server::session {

// Makes the staging folder and removes what small files of a killed server left in it.
std::error_code prepare_root(common::seam::disk& disk, common::transfer::durability how,
                             common::seam::wall_time now);

// The sizes of all files below the root, unfinished ones included.
common::seam::result<std::uint64_t> used_bytes(common::seam::disk& disk);

// How many staging files went. What is held by a claim stays.
common::seam::result<std::size_t> expire_partial(common::seam::disk& disk, common::transfer::claims& claims,
                                                 common::seam::wall_time now, common::seam::duration keep);

}  // namespace uploader_server::session
