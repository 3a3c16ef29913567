// One large file while it arrives: its data and its journal in the staging folder.
//
//     .sluice/NAME.journal                   which chunks are durable, of which data file
//     .sluice/NAME.GENERATION.data           the chunks, at their final offsets
//
//   auto found = open_staged(disk, request);      // goes on where the journal says, or begins anew
//   found->data->write_at(…);                     // chunks, in any order
//   found->mark(indices, …);                      // sync the data, then the journal: now they are durable
//
// NAME follows from owner and target path, so that the next run finds it. Blocking: for the blocking pool.
#pragma once

#include "common/seam/disk.hpp"
#include "common/transfer/folders.hpp"
#include "common/transfer/journal.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <span>

namespace common::transfer {

struct staging_request {
    std::string owner;  // whose file it is
    std::string path;   // the target
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::uint64_t source = 0;
    std::uint32_t chunk_bytes = 0;
    std::uint64_t generation = 0;  // random; used when a data file is made
    std::uint64_t reserve_bytes = 0;
    std::uint64_t allocated_bytes = 0;  // of the size; the rest are holes
    std::optional<digest> sample{};     // of the beginning
    bool checksum = false;              // contents were compared: size and time do not count
    transfer::durability durability = durability::full;
};

struct received_chunk {
    std::uint32_t index = 0;
    digest of{};
};

class staged_file {
  public:
    std::unique_ptr<seam::file> data;
    std::string data_path;
    std::uint32_t chunk_bytes = 0;
    bool same_source = false;  // what is there came from the source that is offered now

    // Makes written chunks durable: data first, then the journal. After an error nothing more may be marked:
    // what the journal holds is what is known to be on disk.
    std::error_code mark(std::span<const received_chunk> written);
    // Takes chunks back, durably, before their data is overwritten.
    std::error_code forget(std::span<const std::uint32_t> indices);
    // Claims space up to `end` (bytes) at least, in growing steps.
    // Makes a chunk of zeros without writing it; from then on no space is claimed ahead.
    std::error_code punch(std::uint64_t offset, std::uint64_t bytes);
    std::error_code preallocate(std::uint64_t end, std::uint64_t size);

    // The journal goes after the data was renamed.
    std::error_code remove_journal(seam::disk& disk);

  private:
    friend class staging_opener;

    std::unique_ptr<seam::file> journal_;
    std::string journal_path_;
    journal::writer writer_;
    std::uint64_t preallocated_ = 0;
    bool sparse_ = false;
    transfer::durability durability_ = durability::full;
};

struct opened_staging {
    staged_file file;
    chunk_map chunks;  // all durable
};
// Where the data of the upload with this staging_name() is.
std::string data_path_of(std::string_view name, std::uint64_t generation);
seam::result<opened_staging> open_staged(seam::disk& disk, const staging_request& what);

// Removes what was not touched since these times (nanoseconds since the epoch): unfinished uploads, and
// left-overs of small files. Returns how many files went.
struct expiry {
    std::int64_t partial_before_ns = 0;
    std::int64_t small_before_ns = 0;
    std::function<bool(std::string_view name)> in_use{};  // asked before it goes: such an upload stays
};
seam::result<std::size_t> expire_staged(seam::disk& disk, const expiry& when);

// Small files wait under names that begin so.
inline constexpr std::string_view small_prefix = "s-";
// What an owner has stored; see content_index.hpp.
inline constexpr std::string_view index_prefix = "index-";

}  // namespace common::transfer
