// Which chunks of a file are there, with the digest of each, and which of them are on disk for good.
//
//   chunk_map map;
//   map.put(index, digest);          // received
//   map.set_durable(index);          // after the sync
//   map.for_each_durable_run(n, [](std::uint32_t first, seam::const_bytes digests) { … });
//
// Memory follows the chunks that are there, not the size a peer announced: pages of 1,024 chunks are made
// when their first chunk comes.
#pragma once

#include "common/transfer/digest.hpp"
#include "common/transfer/limits.hpp"

#include <bitset>
#include <functional>
#include <memory>
#include <vector>

namespace common::transfer {

class chunk_map {
  public:
    bool has(std::uint32_t index) const;
    bool durable(std::uint32_t index) const;
    // Only when has(index).
    const digest& at(std::uint32_t index) const;
    std::uint32_t count() const { return count_; }
    // One past the last chunk that is there.
    std::uint32_t end() const;
    std::uint32_t durable_count() const { return durable_count_; }

    // index < limits::chunks_max. A chunk that is put again is not durable until it is said so again.
    void put(std::uint32_t index, const digest& of);
    void set_durable(std::uint32_t index);
    void erase(std::uint32_t index);
    // Drops every chunk from `index` on.
    void erase_from(std::uint32_t index);

    using run_visitor = std::function<void(std::uint32_t first, seam::const_bytes digests)>;
    // Ascending; a run longer than `chunks_max` or that crosses a page is given in parts.
    void for_each_durable_run(std::size_t chunks_max, const run_visitor& visit) const;

    // The digest of the whole file; only when the chunks 0 … count()-1 are all there.
    digest value() const;

  private:
    static constexpr std::size_t page_chunks = 1024;
    struct page {
        std::array<digest, page_chunks> digests;
        std::bitset<page_chunks> present;
        std::bitset<page_chunks> durable;
    };
    const page* find(std::uint32_t index) const;

    std::vector<std::unique_ptr<page>> pages_;
    std::uint32_t count_ = 0;
    std::uint32_t durable_count_ = 0;
};

}  // namespace common::transfer
