// Time as an argument: what the core may know about time.
//
// Timeouts and rates use mono_now(), which never jumps; wall_now() is only shown to people and stored for
// them.
#pragma once

#include <chrono>

namespace common::seam {

using duration = std::chrono::nanoseconds;
using mono_time = std::chrono::time_point<std::chrono::steady_clock, duration>;
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

class clock {
  public:
    virtual ~clock() = default;
    virtual mono_time mono_now() const = 0;
    virtual wall_time wall_now() const = 0;
};

}  // namespace common::seam
