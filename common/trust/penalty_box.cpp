#include "common/trust/penalty_box.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cassert>
#include <string>

namespace common::trust {
namespace {

std::uint64_t big_endian(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
}

}  // namespace

source source_of_ipv4(std::span<const std::byte, 4> address) {
    return {big_endian(address), false};
}

source source_of_ipv6(std::span<const std::byte, 16> address) {
    const bool mapped = big_endian(address.first<8>()) == 0 && big_endian(address.subspan<8, 4>()) == 0xffff;
    if (mapped) return source_of_ipv4(address.last<4>());
    return {big_endian(address.first<8>()), true};
}

std::optional<source> source_of_peer(std::string_view peer) {
    const std::size_t colon = peer.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string host(peer.substr(0, colon));
    std::array<std::byte, 16> address{};
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.find_first_of("%]") - 1);
        if (::inet_pton(AF_INET6, host.c_str(), address.data()) != 1) return std::nullopt;
        return source_of_ipv6(address);
    }
    if (::inet_pton(AF_INET, host.c_str(), address.data()) != 1) return std::nullopt;
    return source_of_ipv4(std::span{address}.first<4>());
}

penalty_box::penalty_box(bounds given) : bounds_(given) {
    assert(given.penalised_sources > 0);
}

bool penalty_box::admit(source from, seam::mono_time now) {
    if (is_punished(from, now) || connections(from) >= bounds_.connections_per_source) return false;
    ++connections_[from];
    return true;
}

void penalty_box::release(source from) {
    const auto found = connections_.find(from);
    assert(found != connections_.end());
    if (--found->second == 0) connections_.erase(found);
}

void penalty_box::punish(source from, seam::mono_time now) {
    auto found = penalties_.find(from);
    if (found == penalties_.end()) {
        if (penalties_.size() >= bounds_.penalised_sources) {
            penalties_.erase(by_age_.front());
            by_age_.pop_front();
        }
        found = penalties_.emplace(from, penalty{now, false, by_age_.insert(by_age_.end(), from)}).first;
    } else {
        by_age_.splice(by_age_.end(), by_age_, found->second.position);
    }
    penalty& entry = found->second;
    if (entry.until <= now) entry.enforced = false;
    entry.until =
        std::min(std::max(entry.until, now) + limits::penalty_per_failure, now + limits::penalty_max);
    if (entry.until - now >= limits::penalty_enforced_from) entry.enforced = true;
}

bool penalty_box::is_punished(source from, seam::mono_time now) const {
    const auto found = penalties_.find(from);
    return found != penalties_.end() && found->second.enforced && found->second.until > now;
}

std::size_t penalty_box::connections(source from) const {
    const auto found = connections_.find(from);
    return found == connections_.end() ? 0 : found->second;
}

}  // namespace common::trust
