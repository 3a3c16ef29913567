// How much of a room's log is kept.
//
//   const auto keep = parse_retention("30d");       // "none", an age, or a count of records
//   stricter(server, room)                          // a room may keep less than its server, never more
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace chat_server::domain {

// 0: no limit.
struct retention {
    std::uint64_t records_max = 0;  // of each room
    std::int64_t age_max_ms = 0;

    bool any() const { return records_max != 0 || age_max_ms != 0; }
    friend bool operator==(const retention&, const retention&) = default;
};

// Ages are a number and s, m, h, d or w. Nothing when it is neither.
std::optional<retention> parse_retention(std::string_view text);

retention stricter(const retention& a, const retention& b);

}  // namespace chat_server::domain
