// Puts a finished file under its final name: the step after which it exists for everyone.
//
//   auto placed = place(disk, {.staged = …, .target = …, …}, touched);
//   … then touched.sync(disk), and only then it may be called stored.
//
// Never replaces what it was not told to, and never leaves a partial file under a final name. Blocking: for
// the blocking pool.
#pragma once

#include "common/transfer/folders.hpp"
#include "protocol/upload/compare_messages.hpp"

#include <optional>

namespace common::transfer {

struct placement {
    std::string_view staged;  // complete and synced
    std::string_view target;
    std::optional<std::string_view> link_target{};  // it is a symbolic link, and this is where it leads
    protocol::upload::conflict_policy on_conflict = protocol::upload::conflict_policy::fail;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;  // 0: unknown, then nothing is taken for the same file
    bool checksum = false;      // contents were compared: size and time do not count
};

struct placed {
    std::string path;                  // differs from the target after a rename
    bool left_theirs = false;          // skipped: the staged file is removed
    std::uint64_t replaced_bytes = 0;  // of the file that was overwritten
};

// The target holds a file of this size and time already.
bool is_same_file(const seam::file_info& there, std::uint64_t size, std::int64_t mtime_ns);

// What the policy says when something that is not the same has the name: replace, rename, passed or conflict.
// A folder or a device is never replaced, a link only by a link.
protocol::upload::verdict judge_conflict(protocol::upload::conflict_policy policy,
                                         const seam::file_info& there, std::int64_t our_mtime_ns,
                                         protocol::upload::entry_kind ours);

// errc::file_exists when the name is taken and the policy is to fail. After an error the staged file is still
// there.
seam::result<placed> place(seam::disk& disk, const placement& what, touched_folders& touched);

// How an error of the file system is told to the peer.
protocol::error_code code_of(std::error_code error);

}  // namespace common::transfer
