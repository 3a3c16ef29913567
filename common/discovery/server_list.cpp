#include "common/discovery/server_list.hpp"

#include "common/discovery/limits.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <tuple>

namespace common::discovery {
namespace {

// In the order in which a client should try them.
enum class reach { routed_v4, routed_v6, link_v4, link_v6, loopback, nowhere };

reach reach_of_v4(const std::array<std::uint8_t, 16>& bytes) {
    const unsigned first = bytes[0];
    if (first == 0 || first >= 224) return reach::nowhere;  // "this network", multicast, reserved, broadcast
    if (first == 127) return reach::loopback;
    return first == 169 && bytes[1] == 254 ? reach::link_v4 : reach::routed_v4;
}

reach reach_of_v6(const std::array<std::uint8_t, 16>& bytes) {
    if (bytes[0] == 0xFF) return reach::nowhere;  // multicast
    if (bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80U) return reach::link_v6;
    // ::/80 holds "unspecified", loopback, and IPv4 addresses in disguise.
    if (!std::all_of(bytes.begin(), bytes.begin() + 10, [](unsigned byte) { return byte == 0; })) {
        return reach::routed_v6;
    }
    const bool loopback = bytes[15] == 1 && std::all_of(bytes.begin() + 10, bytes.begin() + 15,
                                                        [](unsigned byte) { return byte == 0; });
    return loopback ? reach::loopback : reach::nowhere;
}

reach reach_of(const ip_address& address) {
    return address.v6 ? reach_of_v6(address.bytes) : reach_of_v4(address.bytes);
}

bool is_host_name(std::string_view text) {
    return !text.empty() && text.size() <= limits::host_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
           });
}

auto identity(const found_server& server) {
    return std::tie(server.name, server.print, server.port, server.host, server.tls);
}

}  // namespace

std::optional<std::string> usable_address(const ip_address& address, const std::string& interface,
                                          bool this_machine) {
    const reach how = reach_of(address);
    // Another machine that claims to be at 127.0.0.1 would send the client to itself.
    if (how == reach::nowhere || (how == reach::loopback && !this_machine)) return std::nullopt;
    if (how == reach::link_v6 && interface.empty()) return std::nullopt;
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
    return how == reach::link_v6 ? std::string{text.data()} + '%' + interface : std::string { text.data() };
}

bool server_list::add(const sighting& seen) {
    const auto what = parse_txt(seen.txt);
    const auto address = usable_address(seen.address, seen.interface, seen.this_machine);
    if (!what || !address || seen.port == 0 || !is_instance_name(seen.name)) return false;
    entry* place = find_or_add({.name = seen.name,
                                .host = is_host_name(seen.host) ? seen.host : std::string{},
                                .port = seen.port,
                                .print = what->print,
                                .tls = what->tls});
    if (place == nullptr) return false;
    const candidate added{static_cast<int>(reach_of(seen.address)), *address};
    auto& known = place->candidates;
    if (std::find(known.begin(), known.end(), added) != known.end()) return true;
    if (known.size() == limits::addresses_per_server_max) return false;
    known.push_back(added);
    return true;
}

server_list::entry* server_list::find_or_add(found_server wanted) {
    const auto found = std::find_if(servers_.begin(), servers_.end(), [&](const entry& each) {
        return identity(each.server) == identity(wanted);
    });
    if (found != servers_.end()) return &*found;
    if (servers_.size() == limits::servers_max) return nullptr;
    servers_.push_back({.server = std::move(wanted), .candidates = {}});
    return &servers_.back();
}

std::vector<found_server> server_list::take() && {
    std::vector<found_server> result;
    for (entry& each : servers_) {
        std::sort(each.candidates.begin(), each.candidates.end());
        for (candidate& one : each.candidates) each.server.addresses.push_back(std::move(one.address));
        result.push_back(std::move(each.server));
    }
    servers_.clear();
    std::sort(result.begin(), result.end(), [](const found_server& left, const found_server& right) {
        return identity(left) < identity(right);
    });
    return result;
}

}  // namespace common::discovery
