// Stores a batch of small files at once: written, synced together, renamed, their folders synced.
//
//   auto outcomes = store_small_files(disk, batch, settings);     // one job on the blocking pool
//
// One sync of the file system stands for hundreds of single ones; the outcomes are told only after all of it.
// Blocking: for the blocking pool.
#pragma once

#include "common/stream/slice.hpp"
#include "common/transfer/placement.hpp"

#include <string>
#include <vector>

namespace common::transfer {

struct small_file {
    std::uint32_t file_no = 0;
    protocol::upload::entry_kind kind = protocol::upload::entry_kind::file;
    std::string target;
    std::int64_t mtime_ns = 0;
    std::uint32_t mode = 0;
    protocol::upload::digest digest{};
    stream::slice content;
};

struct stored_file {
    std::uint32_t file_no = 0;
    std::error_code error;
    bool skipped = false;
    std::string renamed_to;            // empty: the target
    std::uint64_t bytes = 0;           // stored now
    std::uint64_t replaced_bytes = 0;  // of an overwritten file
};

struct batch_settings {
    protocol::upload::conflict_policy on_conflict = protocol::upload::conflict_policy::fail;
    transfer::durability durability = durability::full;
    std::string staging_prefix;       // unique to this batch
    std::uint64_t reserve_bytes = 0;  // free space that is never touched
    bool checksum = false;            // size and time do not tell that a file is the same
};

std::vector<stored_file> store_small_files(seam::disk& disk, const std::vector<small_file>& batch,
                                           const batch_settings& settings);

}  // namespace common::transfer
