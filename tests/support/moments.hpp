// Points of a test's own time.
#pragma once

#include "common/seam/clock.hpp"

namespace tests::support {

inline common::seam::mono_time at(common::seam::duration since_start) {
    return common::seam::mono_time{since_start};
}

}  // namespace tests::support
