// Every bound of this folder, in one place, with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace common::trust::limits {

// Small files are read whole; larger than this they are not ours.
inline constexpr std::size_t identity_file_bytes_max = 4096;
inline constexpr std::size_t server_key_file_bytes_max = 8192;
inline constexpr std::size_t known_servers_file_bytes_max = 1024 * 1024;
inline constexpr std::size_t access_file_bytes_max = 128 * 1024 * 1024;
inline constexpr std::size_t state_file_bytes_max = access_file_bytes_max;

// Writers hold the lock for one rewrite and two syncs; ten seconds of waiting means that something hangs.
inline constexpr std::chrono::seconds lock_wait_max{10};
inline constexpr std::chrono::milliseconds lock_retry_delay{5};

inline constexpr std::size_t known_servers_max = 4096;

// The access list is rewritten as a whole for every change.
inline constexpr std::size_t enrolled_keys_max = 65'536;
inline constexpr std::size_t revoked_keys_max = 65'536;
inline constexpr std::size_t tokens_max = 1024;
inline constexpr std::size_t name_bytes_max = 64;
inline constexpr std::size_t rights_bytes_max = 64;
inline constexpr std::size_t folder_bytes_max = 255;
// A percent-encoded byte takes three characters; keys, numbers and separators take less than 256.
inline constexpr std::size_t access_line_bytes_max =
    3 * (name_bytes_max + rights_bytes_max + folder_bytes_max) + 256;
inline constexpr std::uint32_t token_uses_default = 10;
inline constexpr std::uint32_t token_uses_max = 1'000'000;
inline constexpr std::chrono::hours token_lifetime_default{24};
inline constexpr std::chrono::hours token_lifetime_max{24 * 366 * 10};
// "Last seen" is for people: one durable rewrite an hour for each key is enough.
inline constexpr std::chrono::hours last_seen_step{1};

// A link is pasted by a person; the longest host name of DNS is 253, an interface name 15 characters.
inline constexpr std::size_t link_bytes_max = 4096;
inline constexpr std::size_t host_bytes_max = 253;
inline constexpr std::size_t link_path_bytes_max = 1024;
inline constexpr std::size_t zone_bytes_max = 15;

// One self-signed Ed25519 certificate takes about 250 bytes; a hostile server may not send megabytes.
inline constexpr long peer_certificate_bytes_max = 8 * 1024;

// A few mistyped tokens cost nothing, a flood costs ten minutes. One address may stand for many people, so
// the penalty is mild, is refused only above a threshold and decays with time.
inline constexpr std::chrono::seconds penalty_per_failure{5};
inline constexpr std::chrono::seconds penalty_enforced_from{15};
inline constexpr std::chrono::minutes penalty_max{10};
inline constexpr std::size_t penalised_sources_max = 65'536;
inline constexpr std::size_t connections_per_source_max = 16;

static_assert(penalty_per_failure < penalty_enforced_from, "one mistake must not lock anybody out");
static_assert(penalty_enforced_from < penalty_max);
static_assert(lock_retry_delay < lock_wait_max);
static_assert((enrolled_keys_max + tokens_max) * access_line_bytes_max + revoked_keys_max * 64 <
                  access_file_bytes_max,
              "what was written can be read again");
static_assert(identity_file_bytes_max <= state_file_bytes_max &&
              known_servers_file_bytes_max <= state_file_bytes_max);
static_assert(host_bytes_max + 3 * link_path_bytes_max + 128 < link_bytes_max,
              "any path fits a link, also when each of its bytes is percent-encoded");

}  // namespace common::trust::limits
