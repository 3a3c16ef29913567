// The bounds of discovery, with their units and reasons. Whatever comes from the network is hostile.
#pragma once

#include <chrono>
#include <cstddef>

namespace common::discovery::limits {

using namespace std::chrono_literals;

// DNS (RFC 1035, section 2.3.4) and DNS-SD (RFC 6763, section 6.1).
inline constexpr std::size_t label_bytes_max = 63;  // the instance name is one label
inline constexpr std::size_t host_bytes_max = 253;
inline constexpr std::size_t txt_entry_bytes_max = 255;
inline constexpr std::size_t txt_entries_max = 32;  // ours has three

// Browsing. A query goes out at once and again after a second; machines nearby answer much sooner.
inline constexpr auto browse_time_default = 1500ms;
inline constexpr auto browse_time_max = 60s;
inline constexpr std::size_t servers_max = 256;
inline constexpr std::size_t addresses_per_server_max = 8;
// A server is seen once for each interface and address family. The daemon allows a client 1024 objects.
inline constexpr std::size_t lookups_max = 768;
static_assert(browse_time_default < browse_time_max);
static_assert(servers_max <= lookups_max && lookups_max < 1024);

// Announcing.
inline constexpr std::size_t renames_max = 64;  // "name #2", "name #3", …
inline constexpr auto reconnect_delay = 1s;     // after the daemon went away
inline constexpr auto retry_period = 60s;       // where there is no message bus, or the daemon refuses
// How long a program's end waits for the daemon to take the name back; a server has 10 s for all of it.
inline constexpr auto withdraw_time_max = 1s;
static_assert(reconnect_delay < retry_period);

}  // namespace common::discovery::limits
