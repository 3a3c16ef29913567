// Which file of an owner may have this content already: so that what was renamed, or is there twice, is
// copied on this side instead of being sent.
//
//   auto index = content_index::create(disk);
//   index->add(owner, {.path = …, .size = …, .sample = …, .identity = …});     after it was stored
//   auto path = index->find(owner, size, sample);                             maybe; the digests decide
//
// Only hints: whoever uses one compares the digests of all chunks. An owner never sees another owner's files,
// and a file that changed or was replaced since it was noted is not given. Kept beside the staged files, one
// file for each owner; losing it costs only speed. Blocking: for the blocking pool, from any of its threads.
#pragma once

#include "common/seam/disk.hpp"
#include "common/transfer/digest.hpp"

#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace common::transfer {

class content_index {
  public:
    struct entry {
        std::string path;
        std::uint64_t size = 0;
        digest sample{};             // of the first sample_bytes
        std::uint64_t identity = 0;  // of the file as it was stored; see identity_of()
    };

    // The disk outlives the index.
    static std::shared_ptr<content_index> create(seam::disk& disk) {
        return std::shared_ptr<content_index>(new content_index(disk));
    }

    void add(std::string_view owner, entry of);
    std::optional<std::string> find(std::string_view owner, std::uint64_t size, const digest& sample);

  private:
    explicit content_index(seam::disk& disk) : disk_(disk) {}

    struct shelf {
        std::string owner;
        std::string file;                                               // its name on disk
        std::deque<entry> entries;                                      // the newest last
        std::uint64_t first = 0;                                        // number of the oldest entry
        std::unordered_multimap<std::uint64_t, std::uint64_t> by_size;  // numbers of entries
        std::uint64_t on_disk_bytes = 0;
    };
    static void put(shelf& on, entry of);
    shelf& open(std::string_view owner);
    void load(shelf& into);
    void append(shelf& to, const entry& added);
    void rewrite(shelf& what);

    seam::disk& disk_;
    std::mutex mutex_;
    std::list<shelf> shelves_;  // the most recently used first
};

// Files of which the first bytes are so, as they are compared first. Fewer bytes when the file is shorter.
seam::result<digest> sample_of(seam::file& file);

}  // namespace common::transfer
