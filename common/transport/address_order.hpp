// The order in which the addresses of a server are tried (RFC 8305, section 4): the resolver's, with the two
// families taking turns, so that one broken family costs one attempt only. Pure.
#pragma once

#include <asio/ip/tcp.hpp>

#include <vector>

namespace common::transport {

// At most limits::addresses_max of them.
std::vector<asio::ip::tcp::endpoint> in_attempt_order(const std::vector<asio::ip::tcp::endpoint>& resolved);

}  // namespace common::transport
