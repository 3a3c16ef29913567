// The operating system's clocks, for what runs outside an event loop. A loop is a clock itself.
#pragma once

#include "common/seam/clock.hpp"

#include <chrono>

namespace common::app {

class system_clock final : public seam::clock {
  public:
    seam::mono_time mono_now() const override { return std::chrono::steady_clock::now(); }
    seam::wall_time wall_now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

}  // namespace common::app
