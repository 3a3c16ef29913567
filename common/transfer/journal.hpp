// The journal of one unfinished file: which of its chunks are on disk for good.
//
//        ┌──────────┬──────────┬─────────┬───────────┐
//        │ identity │ chunks … │ forget… │ chunks …  │ torn tail: ignored
//        └──────────┴──────────┴─────────┴───────────┘
//   record: length u32, type u16, zero u16, checksum u64, payload
//
//   auto state = journal::replay(file);                    // what the last run left
//   journal::writer out{state.good_bytes, state.chain};
//   out.chunks(first, digests);                            // only after the data is synced
//   out.forget(first, count);                           // and synced itself before the data is overwritten
//   auto error = out.flush(file);
//
// Checksums are chained: a record counts only behind exactly the records it was written behind, so neither a
// torn write nor what an older run left further back is ever believed. Blocking: for the blocking pool.
#pragma once

#include "common/seam/disk.hpp"
#include "common/transfer/chunk_map.hpp"
#include "protocol/wire/member.hpp"

#include <optional>
#include <string>
#include <vector>

namespace common::transfer::journal {

using protocol::wire::operator==;

// What the staged data belongs to. A newer identity record replaces the older one.
struct identity {
    static constexpr std::uint16_t type = 1;
    std::uint64_t generation = 0;  // in the data file's name: a journal never speaks of another data file
    std::uint64_t size = 0;        // bytes, or size_unknown
    std::int64_t mtime_ns = 0;
    std::uint64_t source = 0;  // the sender's identity of the source
    std::uint32_t chunk_bytes = 0;
    std::string_view owner;
    std::string_view path;

    static constexpr auto members() {
        using protocol::wire::member;
        return std::tuple{member("generation", &identity::generation),
                          member("size", &identity::size),
                          member("mtime_ns", &identity::mtime_ns),
                          member("source", &identity::source),
                          member("chunk_bytes", &identity::chunk_bytes),
                          member("owner", &identity::owner, limits::component_bytes_max),
                          member("path", &identity::path, limits::path_bytes_max)};
    }
};

struct state {
    bool valid = false;          // an identity record was found
    journal::identity identity;  // without its texts, which are here:
    std::string owner;
    std::string path;
    chunk_map chunks;  // all durable
    std::uint64_t good_bytes = 0;
    std::uint64_t chain = 0;
};

// The number of chunks that lie fully inside both sizes: those that survive a change of the file's size.
std::uint32_t common_chunks(std::uint64_t size_a, std::uint64_t size_b, std::uint32_t chunk_bytes);

// Reads up to the first record that is not good. Fails only when the file cannot be read.
seam::result<state> replay(seam::file& from);

class writer {
  public:
    writer() = default;
    writer(std::uint64_t good_bytes, std::uint64_t chain) : end_(good_bytes), chain_(chain) {}

    void identity(const journal::identity& of);
    void chunks(std::uint32_t first, seam::const_bytes digests);
    void forget(std::uint32_t first, std::uint32_t count);
    // Writes what was added; does not sync. After an error the writer must not be used again.
    std::error_code flush(seam::file& to);

    std::uint64_t bytes() const { return end_ + pending_.size(); }

  private:
    template <class Record>
    void add(const Record& record);

    std::uint64_t end_ = 0;
    std::uint64_t chain_ = 0;
    std::vector<std::byte> pending_;
};

}  // namespace common::transfer::journal
