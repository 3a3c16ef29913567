// Hashes the bytes that pass and hands them on as they are. Holds nothing back.
//
//   hash_transform sum(hash_algorithm::xxh3_128);
//   pipe moving(source, {&sum}, sink);
//   ...                                   // after, or during, the run:
//   sum.value();  sum.bytes();            // digest and number of the bytes that have passed
#pragma once

#include "common/stream/hasher.hpp"
#include "common/stream/transform.hpp"

#include <cstdint>

namespace common::stream {

class hash_transform final : public transform {
  public:
    explicit hash_transform(hash_algorithm algorithm) : hasher_(algorithm) {}

    task<std::error_code> push(slice bytes, writable& out) override;
    task<std::error_code> finish(writable& out) override;
    void abort(std::error_code) override {}

    digest value() const { return hasher_.value(); }
    std::uint64_t bytes() const { return bytes_; }

  private:
    hasher hasher_;
    std::uint64_t bytes_ = 0;
};

}  // namespace common::stream
