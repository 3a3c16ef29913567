// How many bytes the root may hold in all: what is stored and what is on its way.
//
//   quota space{limit, used};          // used: counted once, at the start
//   if (!space.take(bytes)) …          // refused as a whole, nothing is taken
//   space.give_back(bytes);            // the file was not stored, or replaced another
//
// Shared by all workers.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace uploader_server::domain {

class quota {
  public:
    // A limit of 0: none.
    explicit quota(std::uint64_t limit_bytes, std::uint64_t used_bytes = 0)
        : limit_bytes_(limit_bytes), used_bytes_(used_bytes) {}

    bool take(std::uint64_t bytes) {
        std::uint64_t used = used_bytes_.load(std::memory_order_relaxed);
        do {
            if (limit_bytes_ != 0 && (used > limit_bytes_ || bytes > limit_bytes_ - used)) return false;
        } while (!used_bytes_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
        return true;
    }

    void give_back(std::uint64_t bytes) {
        std::uint64_t used = used_bytes_.load(std::memory_order_relaxed);
        // Files may also vanish behind our back; the count never falls below nothing.
        while (!used_bytes_.compare_exchange_weak(used, used - std::min(used, bytes),
                                                  std::memory_order_relaxed)) {
        }
    }

    std::uint64_t used_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }

  private:
    const std::uint64_t limit_bytes_;
    std::atomic<std::uint64_t> used_bytes_;
};

}  // namespace uploader_server::domain
