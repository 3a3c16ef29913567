// Opens folders beneath one root without ever following a link, and keeps the last few open, because a tree
// of small files asks for the same parents again and again.
//
// Thread-safe. An entry lives at most limits::folder_cache_age_max, so that a folder somebody else renamed is
// found again under its new name only; forget() follows our own renames and removals.
#pragma once

#include "common/runtime/unique_fd.hpp"
#include "common/seam/result.hpp"

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace common::runtime {

// openat2() with RESOLVE_BENEATH, NO_SYMLINKS and NO_MAGICLINKS; "" is the start folder itself.
seam::result<unique_fd> open_beneath(int start, const std::string& path, int flags, unsigned mode = 0);

class folder_cache {
  public:
    using handle = std::shared_ptr<const unique_fd>;

    explicit folder_cache(unique_fd root);
    int root() const { return root_->get(); }

    seam::result<handle> open(std::string_view folder);
    // Closes what is cached: a folder was moved or removed.
    void forget();

  private:
    struct entry {
        std::string folder;
        handle opened;
        std::chrono::steady_clock::time_point opened_at;
    };

    const handle root_;
    std::mutex mutex_;
    std::list<entry> entries_;  // most recently used first
};

}  // namespace common::runtime
