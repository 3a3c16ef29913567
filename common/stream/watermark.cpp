#include "common/stream/watermark.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <stdexcept>

namespace common::stream {

watermark::watermark(std::size_t high_water_bytes, std::size_t low_water_bytes)
    : high_water_bytes_(high_water_bytes), low_water_bytes_(low_water_bytes) {
    if (low_water_bytes >= high_water_bytes) {
        throw std::invalid_argument("the low-water mark must lie below the high-water mark");
    }
}

void watermark::add(std::size_t bytes) {
    assert(bytes <= std::numeric_limits<std::size_t>::max() - bytes_);
    bytes_ += bytes;
    bytes_peak_ = std::max(bytes_peak_, bytes_);
    if (above_high_ || bytes_ < high_water_bytes_) return;
    above_high_ = true;
    if (pause_) pause_();
}

void watermark::remove(std::size_t bytes) {
    assert(bytes <= bytes_ && "removed more bytes than were added");
    bytes_ -= bytes;
    if (!above_high_ || bytes_ > low_water_bytes_) return;
    above_high_ = false;
    if (resume_) resume_();
}

}  // namespace common::stream
