// Every bound of the runtime, with its unit and its reason.
#pragma once

#include <chrono>
#include <cstddef>

namespace common::runtime::limits {

using namespace std::chrono_literals;

// Threads that may block at the same time; more would only queue in the disk instead of here.
inline constexpr std::size_t blocking_threads_default = 4;
inline constexpr std::size_t workers_max = 64;

// Jobs that may wait for a pool before it says so in the log. Callers bound what they have in flight (see
// seam::blocking_pool), so a deeper queue is a defect of ours, not of a peer.
inline constexpr std::size_t jobs_waiting_high_water = 4096;

// A handler longer than this makes everybody on its loop wait: a defect, logged.
inline constexpr auto handler_time_max = 50ms;
inline constexpr auto lag_probe_period = 250ms;
static_assert(lag_probe_period > handler_time_max);

// Posted handlers run for so long at a stretch; then sockets and timers have their turn.
inline constexpr auto inbox_turn_time_max = 2ms;
static_assert(inbox_turn_time_max < handler_time_max);

// From the first SIGTERM to the exit.
inline constexpr auto drain_time_max = 10s;

// Descriptors of folders kept open by system_disk, and how long one may outlive a rename made by somebody
// else.
inline constexpr std::size_t folder_cache_entries_max = 32;
inline constexpr auto folder_cache_age_max = 1s;

// RESOLVE_BENEATH answers EAGAIN when a rename raced with it.
inline constexpr int resolve_attempts_max = 16;

}  // namespace common::runtime::limits
