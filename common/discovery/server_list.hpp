// The servers that were seen on the local network: checked, merged and bounded. Pure.
//
//   server_list list;
//   list.add({.name = …, .host = …, .address = …, .port = …, .txt = …});    once for every answer
//   for (const found_server& each : std::move(list).take())                 by name, best address first
//
// A server answers once for each interface and address family; answers that agree in everything else are one.
#pragma once

#include "common/discovery/announcement.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace common::discovery {

// An IP address in network order: the first four bytes are IPv4, or all are IPv6.
struct ip_address {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};
};

// One answer, as it came from the network.
struct sighting {
    std::string name{};
    std::string host{};
    ip_address address{};
    std::string interface {};   // it was seen there; the zone of a link-local address
    bool this_machine = false;  // the daemon itself answered
    std::uint16_t port = 0;
    std::vector<std::string> txt{};
};

struct found_server {
    std::string name{};                    // printable UTF-8, but not safe for a terminal: see app::sanitize
    std::string host{};                    // its name in multicast DNS, empty when that is none
    std::vector<std::string> addresses{};  // never empty, the one to try first in front
    std::uint16_t port = 0;
    trust::fingerprint print{};  // as announced, which proves nothing
    bool tls = true;

    bool operator==(const found_server&) const = default;
};

// The address as a client can use it; nothing for one that no server can have.
std::optional<std::string> usable_address(const ip_address& address, const std::string& interface,
                                          bool this_machine);

class server_list {
  public:
    // False: the answer was not understood, or there is no room for it.
    bool add(const sighting& seen);

    std::size_t size() const { return servers_.size(); }
    std::vector<found_server> take() &&;

  private:
    struct candidate {
        int rank = 0;
        std::string address{};
        auto operator<=>(const candidate&) const = default;
    };
    struct entry {
        found_server server{};
        std::vector<candidate> candidates{};
    };

    entry* find_or_add(found_server wanted);

    std::vector<entry> servers_;
};

}  // namespace common::discovery
