#include "common/app/addresses.hpp"

#include "common/app/limits.hpp"
#include "common/app/sizes.hpp"

#include <arpa/inet.h>
#include <limits>

namespace common::app {
namespace {

bool is_ipv6(const std::string& host) {
    // A scope such as fe80::1%eth0 is not part of the address itself.
    in6_addr parsed{};
    return ::inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &parsed) == 1;
}

bool is_host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

bool is_host_name(std::string_view host) {
    for (const char c : host) {
        if (!is_host_char(c)) return false;
    }
    return !host.empty() && host.size() <= limits::host_bytes_max && host.front() != '-';
}

std::optional<address> with_port(std::string_view host, std::string_view port_text) {
    const auto port = parse_count(port_text);
    if (!port || *port > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    return address{std::string{host}, static_cast<std::uint16_t>(*port)};
}

}  // namespace

std::optional<address> parse_address(std::string_view text, std::uint16_t default_port) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string host{text.substr(1, end - 1)};
        const std::string_view rest = text.substr(end + 1);
        if (!is_ipv6(host)) return std::nullopt;
        if (rest.empty()) return address{host, default_port};
        if (!rest.starts_with(':')) return std::nullopt;
        return with_port(host, rest.substr(1));
    }
    if (is_ipv6(std::string{text})) return address{std::string{text}, default_port};
    const auto colon = text.find(':');
    if (!is_host_name(text.substr(0, colon))) return std::nullopt;
    if (colon == std::string_view::npos) return address{std::string{text}, default_port};
    return with_port(text.substr(0, colon), text.substr(colon + 1));
}

std::string format_address(const address& where) {
    const bool brackets = where.host.find(':') != std::string::npos;
    return (brackets ? '[' + where.host + ']' : where.host) + ':' + std::to_string(where.port);
}

bool is_loopback(std::string_view host) {
    const std::string text{host};
    in_addr v4{};
    if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
    in6_addr v6{};
    if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
    return text == "localhost";
}

}  // namespace common::app
