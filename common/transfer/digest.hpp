// Content digests: XXH3-128 of each chunk, and of the list of chunk digests for the whole file.
//
// They notice damage, not malice: who may send at all is decided by the connection's keys.
#pragma once

#include "common/seam/byte_transport.hpp"
#include "protocol/upload/messages.hpp"

#include <memory>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace common::transfer {

using protocol::upload::digest;

digest digest_of(seam::const_bytes content);
// Of so many zeros; at most chunk_bytes_max.
digest digest_of_zeros(std::size_t bytes);
bool is_all_zeros(seam::const_bytes content);
std::uint64_t checksum_of(seam::const_bytes content, std::uint64_t seed);

// The digest of a file: of its chunks' digests, in order.
class file_digest {
  public:
    file_digest();
    void add(const digest& chunk);
    void add(seam::const_bytes chunk_digests);
    digest value() const;

  private:
    struct free_state {
        void operator()(XXH3_state_s* state) const;
    };
    std::unique_ptr<XXH3_state_s, free_state> state_;
};

// Names the staging files of one target path of one owner; 32 hexadecimal digits. Cryptographic (SHA-256), so
// that nobody can aim at another owner's files.
std::string staging_name(std::string_view owner, std::string_view path);

}  // namespace common::transfer
