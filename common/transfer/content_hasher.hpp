// The digest of a whole content, as both ends compute it to compare what is on their disks.
//
//   content_hasher hash(digest_kind::sha256);
//   hash.add(bytes); …
//   auto value = hash.value();                      16 or 32 bytes
//
//   file_hash job(disk, "photos/a.jpg", kind);      or piece by piece, on the blocking pool:
//   while (true) { auto over = job.step(64 MiB); … }
#pragma once

#include "common/seam/disk.hpp"
#include "protocol/upload/file_messages.hpp"

#include <memory>
#include <string>
#include <vector>

struct XXH3_state_s;
struct evp_md_ctx_st;

namespace common::transfer {

using protocol::upload::digest_kind;

class content_hasher {
  public:
    explicit content_hasher(digest_kind kind);
    content_hasher(content_hasher&&) noexcept;
    ~content_hasher();

    void add(seam::const_bytes bytes);
    // Once.
    std::vector<std::byte> value();

  private:
    struct free_state {
        void operator()(XXH3_state_s* state) const;
        void operator()(evp_md_ctx_st* state) const;
    };
    std::unique_ptr<XXH3_state_s, free_state> fast_;
    std::unique_ptr<evp_md_ctx_st, free_state> sha256_;
};

class file_hash {
  public:
    // `disk` outlives it.
    file_hash(seam::disk& disk, std::string path, digest_kind kind)
        : disk_(disk), path_(std::move(path)), hash_(kind) {}

    // Hashes at most so much more; true at the end of the file. What the kernel remembers of it is dropped
    // before, so that the disk itself is read.
    seam::result<bool> step(std::uint64_t bytes_max);

    std::uint64_t size() const { return offset_; }
    std::vector<std::byte> value() { return hash_.value(); }

  private:
    seam::disk& disk_;
    const std::string path_;
    content_hasher hash_;
    std::unique_ptr<seam::file> file_;
    std::vector<std::byte> buffer_;
    std::uint64_t offset_ = 0;
};

}  // namespace common::transfer
