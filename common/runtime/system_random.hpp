// The operating system's random generator (getrandom) behind seam::random. Thread-safe.
#pragma once

#include "common/seam/random.hpp"

namespace common::runtime {

class system_random final : public seam::random {
  public:
    void fill(std::span<std::byte> out) override;
};

}  // namespace common::runtime
