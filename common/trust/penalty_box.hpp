// Who may knock right now: failures cost a source time, and one source may not take all places at the door.
//
//   const source from = source_of_ipv6(bytes) / source_of_ipv4(bytes);
//   if (!box.admit(from, now)) close without a word;
//   box.release(from);                                when the peer is authenticated, or the connection ended
//   box.punish(from, now);                            a failed handshake or proof
//
// A source is an IPv4 address or an IPv6 /64. Its penalty is a moment until which it is punished: every
// failure moves it on by five seconds, time lets it pass. Small penalties are not enforced. Pure: the clock
// is an argument.
#pragma once

#include "common/seam/clock.hpp"
#include "common/trust/limits.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string_view>

namespace common::trust {

struct source {
    std::uint64_t network = 0;  // the address of IPv4, the upper half of IPv6
    bool ipv6 = false;
    auto operator<=>(const source&) const = default;
};

source source_of_ipv4(std::span<const std::byte, 4> address);
source source_of_ipv6(std::span<const std::byte, 16> address);  // a mapped IPv4 address counts as IPv4
// "203.0.113.7:51234" or "[2001:db8::1]:51234"; nothing for other texts.
std::optional<source> source_of_peer(std::string_view peer);

class penalty_box {
  public:
    struct bounds {
        std::size_t connections_per_source = limits::connections_per_source_max;
        std::size_t penalised_sources = limits::penalised_sources_max;
    };
    penalty_box() : penalty_box(bounds{}) {}
    explicit penalty_box(bounds given);

    // Takes one of the source's places; false: punished or full, and nothing was taken.
    bool admit(source from, seam::mono_time now);
    void release(source from);

    void punish(source from, seam::mono_time now);
    bool is_punished(source from, seam::mono_time now) const;

    std::size_t connections(source from) const;
    std::size_t penalised() const { return penalties_.size(); }

  private:
    struct penalty {
        seam::mono_time until;
        bool enforced = false;                 // stays so until the penalty has passed
        std::list<source>::iterator position;  // in by_age_
    };

    bounds bounds_;
    std::map<source, std::size_t> connections_;  // no zeros; bounded by the listener's own limit
    std::map<source, penalty> penalties_;        // a tree: hostile addresses cannot make it slow
    std::list<source> by_age_;                   // the front was punished longest ago and is forgotten first
};

}  // namespace common::trust
