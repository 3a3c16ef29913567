#include "common/transport/address_order.hpp"

#include "common/transport/limits.hpp"

#include <algorithm>

namespace common::transport {

std::vector<asio::ip::tcp::endpoint> in_attempt_order(const std::vector<asio::ip::tcp::endpoint>& resolved) {
    std::vector<asio::ip::tcp::endpoint> families[2];
    for (const auto& each : resolved) {
        const bool like_first = each.protocol() == resolved.front().protocol();
        auto& family = families[like_first ? 0 : 1];
        if (std::find(family.begin(), family.end(), each) == family.end()) family.push_back(each);
    }
    std::vector<asio::ip::tcp::endpoint> ordered;
    const std::size_t rounds = std::max(families[0].size(), families[1].size());
    for (std::size_t i = 0; i < rounds; ++i) {
        for (const auto& family : families) {
            if (i < family.size() && ordered.size() < limits::addresses_max) ordered.push_back(family[i]);
        }
    }
    return ordered;
}

}  // namespace common::transport
