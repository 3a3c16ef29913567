// Compares what a sender asks about with what is on disk: the verdicts that save content its journey.
//
//   auto verdicts = compare(disk, questions, settings);      // one job on the blocking pool
//
// Reads names, sizes and times; contents only where a question brings a digest. What is called the same is
// durable under its name when compare() returns. Changes nothing but the permissions of what is the same,
// when the policy is to overwrite. Blocking: for the blocking pool.
#pragma once

#include "common/transfer/digest.hpp"
#include "common/transfer/folders.hpp"
#include "protocol/upload/compare_messages.hpp"
#include "protocol/wire/error_code.hpp"

#include <optional>
#include <string>
#include <vector>

namespace common::transfer {

struct question {
    std::uint32_t file_no = 0;
    protocol::upload::entry_kind kind = protocol::upload::entry_kind::file;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::uint32_t mode = 0;
    std::optional<digest> content{};
    std::string target{};
    // Set before it is compared: the name may not be used.
    protocol::error_code refused = protocol::error_code::none;
};

struct comparison_settings {
    protocol::upload::conflict_policy on_conflict = protocol::upload::conflict_policy::fail;
    transfer::durability durability = durability::full;
    bool dry_run = false;
};

struct answer {
    protocol::upload::verdict verdict = protocol::upload::verdict::send;
    protocol::error_code code = protocol::error_code::none;
};

std::vector<answer> compare(seam::disk& disk, const std::vector<question>& questions,
                            const comparison_settings& settings);

// The digest of a file's content as an Ask carries it: of all of it when it fits an offer, otherwise of the
// digests of its chunks. errc::io_error when it is shorter than it was said to be.
seam::result<digest> content_digest(seam::file& of, std::uint64_t size);

}  // namespace common::transfer
