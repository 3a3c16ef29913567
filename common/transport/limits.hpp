// Every bound of the transport, with its unit and its reason, asserted against the others.
#pragma once

#include "common/stream/limits.hpp"
#include "protocol/wire/limits.hpp"

#include <chrono>
#include <cstddef>

namespace common::transport::limits {

using namespace std::chrono_literals;

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

// --- sockets
// What the kernel may hold unsent: by default it swallows about 4 MB for one reader that has stopped.
inline constexpr std::size_t notsent_bytes_min = 16 * kib;
inline constexpr std::size_t notsent_bytes_default = 128 * kib;
// A dead host is noticed within 30 s: idle by keepalive (10 s + 4 × 5 s), while sending by the user timeout.
inline constexpr auto keepalive_idle = 10s;
inline constexpr auto keepalive_interval = 5s;
inline constexpr int keepalive_probes = 4;
inline constexpr auto user_timeout = 30s;
static_assert(keepalive_idle + keepalive_probes * keepalive_interval <= user_timeout);
// The longest pause between two probes of a closed window, where the kernel lets us choose (Linux 6.15).
inline constexpr auto retransmit_pause_max = 8s;
// A reader that has stopped keeps its window closed and answers probes; so many without an answer: it is
// gone.
inline constexpr unsigned unanswered_probes_max = 3;
inline constexpr auto stall_check_period = 10s;
static_assert(unanswered_probes_max * retransmit_pause_max <= user_timeout);
static_assert(2 * stall_check_period < user_timeout,
              "a closed window is noticed before the user timeout ends it");

// --- reading and writing
inline constexpr std::size_t read_turn_bytes_max = 1 * mib;  // then others on the loop have their turn
inline constexpr std::size_t gather_pieces_max = 64;         // in one sendmsg()
inline constexpr std::size_t tls_record_bytes = 16 * kib;    // plaintext of one record
inline constexpr std::size_t tls_batch_bytes_max =
    256 * kib;  // encrypted ahead of the socket; fits the L2 cache
inline constexpr std::size_t tls_receive_bytes_max = 256 * kib;
inline constexpr std::size_t tls_receive_bytes_min = 32 * kib;
// Answers that TLS itself makes (key updates); a peer that makes us produce more without reading is hostile.
inline constexpr std::size_t tls_own_output_bytes_max = 64 * kib;
static_assert(tls_receive_bytes_min > tls_record_bytes + 512, "a whole record fits one receive");

// SO_RCVLOWAT: only above a rate at which waiting for so much takes no noticeable time.
inline constexpr std::size_t low_water_bytes_max = 256 * kib;
inline constexpr std::size_t low_water_bytes_min = 64 * kib;
inline constexpr std::size_t bulk_sample_bytes = 1 * mib;
inline constexpr auto bulk_sample_time_max = 80ms;  // 1 MiB in 80 ms: 256 KiB in 20 ms
inline constexpr auto low_water_patience = 50ms;    // nothing came for so long: wake for every byte again
// What TLS may hold back inside: one record and its framing.
inline constexpr std::size_t tls_held_back_bytes_max = tls_record_bytes + 1 * kib;
static_assert(low_water_bytes_max <= read_turn_bytes_max);

// --- closing
inline constexpr auto flush_time_max = 2s;                // for the last bytes and the orderly end
inline constexpr std::size_t linger_bytes_max = 4 * mib;  // discarded while waiting for the peer's end

// --- framed connections
inline constexpr std::size_t small_frame_bytes_max = 64 * kib;  // above: a slab of its own
inline constexpr std::size_t outbox_bytes_max = 1 * mib;
inline constexpr std::size_t outbox_low_water_bytes = 64 * kib;
inline constexpr std::size_t flush_turn_bytes_max = 1 * mib;
inline constexpr std::size_t backlog_bytes_max =
    128 * kib;  // answers waiting: requests are not read meanwhile
inline constexpr auto ping_after = 10s;
inline constexpr auto silence_max = 30s;
inline constexpr auto watch_period_max = 5s;
// A frame that has begun: at least 1 KiB/s after 15 s, at least 4 KiB/s after a minute.
inline constexpr auto frame_grace = 15s;
inline constexpr std::size_t frame_rate_min = 1 * kib;  // bytes per second
inline constexpr auto body_grace = 60s;
inline constexpr std::size_t body_rate_min = 4 * kib;  // bytes per second
static_assert(small_frame_bytes_max < protocol::limits::data_payload_bytes_max);
static_assert(ping_after * 2 < silence_max);
static_assert(watch_period_max < frame_grace && frame_grace < body_grace);
static_assert(outbox_low_water_bytes < backlog_bytes_max && backlog_bytes_max < outbox_bytes_max);
static_assert(protocol::limits::control_payload_bytes_max + backlog_bytes_max < outbox_bytes_max,
              "one more answer always fits");

// --- listening
inline constexpr int accept_backlog = 1024;
inline constexpr int accepts_per_turn_max = 64;
inline constexpr auto accept_retry_delay = 100ms;
inline constexpr auto tls_handshake_time_max = 5s;
inline constexpr std::size_t connections_max = 4096;
// Random early drop of strangers: from 64 waiting on with 30 %, rising to all at 256.
inline constexpr std::size_t unauthenticated_free = 64;
inline constexpr unsigned unauthenticated_drop_percent = 30;
inline constexpr std::size_t unauthenticated_max = 256;
static_assert(unauthenticated_free < unauthenticated_max && unauthenticated_max < connections_max);

// --- connecting (RFC 8305)
inline constexpr auto connect_time_max = 15s;
inline constexpr auto connect_stagger = 250ms;
inline constexpr std::size_t addresses_max = 16;
inline constexpr auto reconnect_delay_min = 250ms;
inline constexpr auto reconnect_delay_max = 30s;
static_assert(addresses_max * connect_stagger < connect_time_max, "every address gets its turn");

}  // namespace common::transport::limits
