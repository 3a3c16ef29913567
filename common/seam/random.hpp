// Randomness as an argument. The product uses the operating system's generator, the simulator a seeded one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace common::seam {

class random {
  public:
    virtual ~random() = default;
    virtual void fill(std::span<std::byte> out) = 0;

    std::uint64_t next_u64() {
        std::uint64_t value = 0;
        fill(std::as_writable_bytes(std::span{&value, 1}));
        return value;
    }
};

}  // namespace common::seam
