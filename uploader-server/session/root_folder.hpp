// The root folder before and between sessions: made ready, counted, and rid of what expired.
//
//   if (auto error = prepare_root(disk, how)) …         once, before anything is received
//   count_used(disk, quota);                            when there are limits
//   expire_partial(disk, claims, quota, now, keep_partial);           at the start, then now and then
//
// Blocking: at the start, or on the blocking pool.
#pragma once

#include "common/seam/clock.hpp"
#include "common/seam/disk.hpp"
#include "common/transfer/claims.hpp"
#include "common/transfer/folders.hpp"
#include "uploader-server/domain/quota.hpp"

#include <cstdint>

namespace uploader_server::session {

// Makes the staging folder and removes what small files of a killed server left in it.
std::error_code prepare_root(common::seam::disk& disk, common::transfer::durability how,
                             common::seam::wall_time now);

// Counts all files below the root, and the data of unfinished ones, for whose they are.
std::error_code count_used(common::seam::disk& disk, domain::quota& quota);

// Whether files of this root can keep their owner's name, which quotas per key need.
std::error_code check_labels(common::seam::disk& disk);

// How many staging files went; their data is given back to the quota. What is held by a claim stays.
common::seam::result<std::size_t> expire_partial(common::seam::disk& disk, common::transfer::claims& claims,
                                                 domain::quota& quota, common::seam::wall_time now,
                                                 common::seam::duration keep);

}  // namespace uploader_server::session
