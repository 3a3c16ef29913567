#include "common/trust/join_link.hpp"

#include "common/trust/limits.hpp"
#include "common/trust/text_codec.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <system_error>

namespace common::trust {
namespace {

// Thrown and caught inside parse_address() only: each rule states its own message where it is checked.
struct rejected {
    std::string message;
};

bool is_letter_or_digit(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

bool is_ipv6(std::string_view text) {
    const std::size_t percent = std::min(text.find('%'), text.size());
    const std::string_view zone = text.substr(std::min(percent + 1, text.size()));
    const bool zone_fits = percent == text.size() || (!zone.empty() && zone.size() <= limits::zone_bytes_max);
    const auto in_zone = [](char letter) {
        return is_letter_or_digit(letter) || letter == '-' || letter == '_' || letter == '.';
    };
    in6_addr parsed{};
    const std::string address{text.substr(0, percent)};
    // inet_pton() would not see what stands behind a NUL.
    return zone_fits && std::ranges::all_of(zone, in_zone) && address.find('\0') == std::string::npos &&
           ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

bool is_host_name(std::string_view text) {
    const auto allowed = [](char letter) {
        return is_letter_or_digit(letter) || letter == '-' || letter == '.' || letter == '_';
    };
    return !text.empty() && text.size() <= limits::host_bytes_max && text.front() != '-' &&
           text.front() != '.' && std::ranges::all_of(text, allowed);
}

std::uint16_t parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = end == text.data() + text.size() && text.size() <= 5;
    if (error != std::errc{} || !whole || port == 0)
        throw rejected{"the port must be a number from 1 to 65535"};
    return port;
}

// "[IPv6]:PORT", "HOST:PORT" or either without the port; a bare IPv6 address has no port.
void parse_host_and_port(std::string_view text, server_address& into) {
    into.port = default_port(into.app);
    std::string_view host = text;
    std::string_view port_part;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) throw rejected{"the ']' after the IPv6 address is missing"};
        host = text.substr(1, close - 1);
        port_part = text.substr(close + 1);
        if (!is_ipv6(host)) throw rejected{"what stands in brackets is not an IPv6 address"};
    } else if (!is_ipv6(text)) {
        if (std::ranges::count(text, ':') > 1)
            throw rejected{"write an IPv6 address with a port as [ADDRESS]:PORT"};
        const std::size_t colon = std::min(text.find(':'), text.size());
        host = text.substr(0, colon);
        port_part = text.substr(colon);
        if (!is_host_name(host)) throw rejected{"the host is missing or is no name or address"};
    }
    if (!port_part.empty()) {
        if (port_part.front() != ':') throw rejected{"only :PORT may follow the ']'"};
        into.port = parse_port(port_part.substr(1));
    }
    into.host = host;
}

void parse_path(std::string_view text, bool encoded, server_address& into) {
    const auto decoded = encoded ? percent_decode(text) : std::optional<std::string>(text);
    if (!decoded) throw rejected{"a '%' in the path must be followed by two hexadecimal digits"};
    if (decoded->size() > limits::link_path_bytes_max) throw rejected{"the path is too long"};
    if (!is_printable_utf8(*decoded)) throw rejected{"the path must be UTF-8 without control characters"};
    into.path = *decoded;
}

void parse_fragment(std::string_view text, server_address& into) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    into.pin = parse_fingerprint(text.substr(0, dot));
    if (!into.pin)
        throw rejected{"after '#' must stand the server's fingerprint (43 characters); was the link cut?"};
    if (dot == text.size()) return;
    into.enrolment = token::parse(text.substr(dot + 1));
    if (!into.enrolment) throw rejected{"the token after the '.' must have 26 characters; was the link cut?"};
}

// Returns what follows the scheme and whether there was one.
std::pair<std::string_view, bool> strip_scheme(std::string_view text, application app) {
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos || text.find('/') < mark) return {text, false};
    const std::string_view scheme = text.substr(0, mark);
    if (scheme == scheme_of(app)) return {text.substr(mark + 3), true};
    const application other = app == application::chat ? application::upload : application::chat;
    if (scheme == scheme_of(other))
        throw rejected{"this is a link for the other program (" + std::string(scheme_of(other)) + "://)"};
    throw rejected{"a link starts with " + std::string(scheme_of(app)) + "://"};
}

server_address parse_or_throw(std::string_view text, application app) {
    if (text.empty()) throw rejected{"the address is empty"};
    if (text.size() > limits::link_bytes_max) throw rejected{"the address is too long"};
    server_address address{.app = app, .host = {}, .port = 0, .path = {}, .pin = {}, .enrolment = {}};
    auto [rest, is_link] = strip_scheme(text, app);
    if (is_link) {
        const std::size_t hash = rest.find('#');
        if (hash != std::string_view::npos) parse_fragment(rest.substr(hash + 1), address);
        rest = rest.substr(0, hash);
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    parse_host_and_port(rest.substr(0, slash), address);
    parse_path(rest.substr(std::min(slash + 1, rest.size())), is_link, address);
    return address;
}

}  // namespace

std::string_view scheme_of(application app) {
    return app == application::chat ? "chat" : "upload";
}
std::string_view alpn_of(application app) {
    return app == application::chat ? "sluice-chat/1" : "sluice-upload/1";
}
std::uint16_t default_port(application app) {
    return app == application::chat ? 7400 : 7401;
}

std::string server_address::name() const {
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::variant<server_address, address_error> parse_address(std::string_view text, application app) {
    try {
        return parse_or_throw(text, app);
    } catch (const rejected& why) {
        return address_error{why.message};
    }
}

secret_text format_join_link(const server_address& address) {
    std::string link;
    link.reserve(limits::link_bytes_max);
    link.append(scheme_of(address.app)).append("://").append(address.name());
    if (!address.path.empty()) link.append("/").append(percent_encode(address.path, "#? \"<>\\^`{|}"));
    if (address.pin) link.append("#").append(to_text(*address.pin));
    if (address.pin && address.enrolment) link.append(".").append(address.enrolment->text().view());
    return secret_text(std::move(link));
}

}  // namespace common::trust
