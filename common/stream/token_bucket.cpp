#include "common/stream/token_bucket.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <stdexcept>

namespace common::stream {

namespace {

using seconds = std::chrono::duration<double>;
// However slow the rate: a wait is cut here and looked at again.
constexpr seconds wait_max{3600.0};

}  // namespace

token_bucket::token_bucket(std::uint64_t rate_bytes_per_s, std::size_t burst_bytes, seam::mono_time now)
    : rate_bytes_per_s_(rate_bytes_per_s),
      burst_bytes_(burst_bytes),
      tokens_bytes_(static_cast<double>(burst_bytes)),
      filled_at_(now) {
    if (burst_bytes == 0) throw std::invalid_argument("a rate limit needs a burst of at least one byte");
}

void token_bucket::fill(seam::mono_time now) {
    const seconds passed = now - filled_at_;
    filled_at_ = now;
    const auto earned_bytes = passed.count() * static_cast<double>(rate_bytes_per_s_);
    tokens_bytes_ = std::min(tokens_bytes_ + earned_bytes, static_cast<double>(burst_bytes_));
}

bool token_bucket::try_take(std::size_t bytes, seam::mono_time now) {
    fill(now);
    if (unlimited()) return true;
    if (tokens_bytes_ < static_cast<double>(bytes)) return false;
    tokens_bytes_ -= static_cast<double>(bytes);
    return true;
}

seam::duration token_bucket::wait_for(std::size_t bytes, seam::mono_time now) {
    assert(bytes <= burst_bytes_);
    fill(now);
    const auto missing_bytes = static_cast<double>(bytes) - tokens_bytes_;
    if (unlimited() || missing_bytes <= 0) return seam::duration::zero();
    const auto wait = std::min(seconds{missing_bytes / static_cast<double>(rate_bytes_per_s_)}, wait_max);
    // Rounded up, so that the wait is never a moment too short.
    return std::chrono::ceil<seam::duration>(wait) + seam::duration{1};
}

void token_bucket::set_rate(std::uint64_t rate_bytes_per_s, seam::mono_time now) {
    fill(now);
    rate_bytes_per_s_ = rate_bytes_per_s;
}

}  // namespace common::stream
