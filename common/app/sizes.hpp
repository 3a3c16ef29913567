// Sizes, rates and ages as people write them on a command line, both ways. Pure and strict: the whole text
// counts.
//
//   parse_size("64KiB") == 65536, parse_size("10MB") == 10'000'000, parse_size("1G") == 1 GiB
//   parse_duration("7d"), parse_rate("20MiB/s"), format_size(1536) == "1.5 KiB"
//
// K, M, G, T, P alone and KiB … PiB are powers of 1024; KB … PB are powers of 1000. Case does not matter, one
// space before the unit is allowed, fractions such as "1.5G" are rounded down to a byte.
#pragma once

#include "common/seam/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace common::app {

std::optional<std::uint64_t> parse_size(std::string_view text);  // bytes
std::optional<std::uint64_t> parse_rate(std::string_view text);  // bytes per second; "/s" may follow; never 0
std::optional<std::uint64_t> parse_count(std::string_view text);  // digits only

// A whole number with one unit: ms, s, m, h, d, w.
std::optional<seam::duration> parse_duration(std::string_view text);

std::string format_size(std::uint64_t bytes);             // "0 B", "1.5 KiB", "12 MiB", "2.0 GiB"
std::string format_rate(std::uint64_t bytes_per_second);  // "12 MiB/s"
std::string format_duration(seam::duration value);        // "0:07", "12:05", "3:07:09", "2d 04h"

}  // namespace common::app
