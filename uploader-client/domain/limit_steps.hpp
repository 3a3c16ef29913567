// The steps in which a person changes --limit while a transfer runs. Pure; bytes per second, 0: no limit.
#pragma once

#include <algorithm>
#include <cstdint>

namespace uploader_client::domain {

inline constexpr std::uint64_t limit_min = 16 * 1024;                        // slower than that is a stop
inline constexpr std::uint64_t limit_max = std::uint64_t{16} << 30;          // faster than that is no limit
inline constexpr std::uint64_t limit_without_rate = std::uint64_t{1} << 20;  // the first one, at a standstill

constexpr std::uint64_t faster(std::uint64_t limit) {
    if (limit == 0 || limit >= limit_max) return 0;
    return std::max(limit, limit_min) / 4 * 5;
}

// The first step down begins at what flows now.
constexpr std::uint64_t slower(std::uint64_t limit, std::uint64_t rate) {
    const std::uint64_t from = limit != 0 ? limit : rate != 0 ? rate : limit_without_rate;
    return std::max(from / 5 * 4, limit_min);
}

}  // namespace uploader_client::domain
