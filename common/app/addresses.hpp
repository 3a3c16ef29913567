// HOST, HOST:PORT and [IPv6]:PORT as people write them. Pure; names are not resolved here.
//
//   parse_address("[::1]:7400", 7400)   host "::1", port 7400
//   parse_address("::1", 7400)          the same: a bare IPv6 address has no port
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace common::app {

struct address {
    std::string host;  // without brackets
    std::uint16_t port = 0;

    bool operator==(const address&) const = default;
};

// An empty host is refused; port 0 means "any free one" and only makes sense for listening.
std::optional<address> parse_address(std::string_view text, std::uint16_t default_port);

std::string format_address(const address& where);  // brackets around IPv6

// 127.0.0.0/8, ::1 and "localhost".
bool is_loopback(std::string_view host);

}  // namespace common::app
