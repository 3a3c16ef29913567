// How much a receiver may still store: the seam between a transfer and the rules of a program (quotas).
//
// Space is taken before the first byte of a file and given back when the file is not stored, except for what
// of it is on disk and waits for the next run. May be shared by receivers on several loops.
#pragma once

#include <cstdint>
#include <system_error>

namespace common::transfer {

class allowance {
  public:
    virtual ~allowance() = default;
    // protocol::error_code::quota_exceeded when it is not there.
    virtual std::error_code take(std::uint64_t bytes) = 0;
    virtual void give_back(std::uint64_t bytes) = 0;
};

// For a program that sets no bounds of its own.
class unlimited final : public allowance {
  public:
    std::error_code take(std::uint64_t) override { return {}; }
    void give_back(std::uint64_t) override {}
};

}  // namespace common::transfer
