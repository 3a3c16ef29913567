// The bounds of what happens before a session, with their units and reasons.
#pragma once

#include "common/transport/limits.hpp"

#include <chrono>
#include <cstddef>

namespace common::service::limits {

using namespace std::chrono_literals;

// From an established transport to a decided Hello; with TLS's own limit the whole knock takes at most 10 s.
inline constexpr auto hello_time_max = 5s;
static_assert(hello_time_max + transport::limits::tls_handshake_time_max <= 10s);
// The client waits a little longer than any server takes to decide.
inline constexpr auto welcome_time_max = 15s;
static_assert(welcome_time_max > hello_time_max + transport::limits::tls_handshake_time_max);

// A drain: clients are told, what is in flight is finished, then the process ends.
inline constexpr auto drain_time_max = 8s;
inline constexpr auto exit_time_max = 10s;
static_assert(drain_time_max + transport::limits::flush_time_max <= exit_time_max);
// What GoAway advises, before jitter: a restarted server is back by then.
inline constexpr auto reconnect_after = 250ms;

// How often a running server looks whether its access list was changed by another process.
inline constexpr auto access_refresh_period = 2s;

}  // namespace common::service::limits
