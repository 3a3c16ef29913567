// What all sessions of an uploader-server share.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/seam/random.hpp"
#include "common/stream/buffer_pool.hpp"
#include "common/transfer/claims.hpp"
#include "common/transfer/content_index.hpp"
#include "common/transfer/folders.hpp"
#include "common/transfer/waits.hpp"
#include "common/transport/framed_connection.hpp"
#include "common/trust/server_key.hpp"
#include "protocol/upload/messages.hpp"
#include "uploader-server/domain/quota.hpp"
#include "uploader-server/domain/rights.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace uploader_server::session {

// Entries of one folder that a listing shows.
inline constexpr std::size_t listing_entries_max = 100'000;
// Unfinished uploads of one key that it is shown.
inline constexpr std::size_t unfinished_listed_max = 1000;

struct settings {
    protocol::upload::conflict_policy on_conflict = protocol::upload::conflict_policy::fail;
    common::transfer::durability durability = common::transfer::durability::full;
    std::uint64_t file_bytes_max = protocol::upload::limits::file_bytes_max;
    std::uint64_t reserve_bytes = 0;
};

// Told from the workers' threads.
struct observers {
    struct stored {
        std::string_view key_id;
        std::string_view path;  // below the root
        protocol::upload::status status;
        std::uint16_t code;
        std::uint64_t bytes;
    };
    std::function<void(const stored&)> on_stored;
    // Something was deleted, renamed or discarded.
    struct changed {
        std::string_view key_id;
        std::string_view what;  // "deleted", …
        std::string_view path;
        std::string_view to;  // its new name, or empty
        std::uint64_t files = 0;
        std::uint64_t bytes = 0;
    };
    std::function<void(const changed&)> on_changed;
    // A request was answered with a failure.
    std::function<void(protocol::error_code)> on_refused;
    std::function<void(std::uint64_t)> on_received_bytes;
    std::function<void(std::uint64_t)> on_sent_bytes;
    std::function<void(int)> on_transfers;  // +1 begun, -1 over
    // Changes: bytes that arrived and are not durable yet, and bytes that wait for the disk.
    std::function<void(std::int64_t)> on_durable_lag;
    std::function<void(std::int64_t)> on_queue;
    // Since the last call of that transfer; parts may be negative, because shares are estimates.
    std::function<void(const common::transfer::wait_times&)> on_waits;
};

class transfer_registry;

// All of it outlives the sessions.
struct surroundings {
    common::seam::blocking_pool& pool;
    std::shared_ptr<common::seam::disk> disk;
    common::seam::random& random;
    common::stream::buffer_pool& buffers;
    common::transfer::claims& claims;
    common::transfer::content_index& index;
    domain::quota& quota;
    const common::trust::server_key& server;
    transfer_registry& transfers;
    const session::settings& settings;
    const session::observers& observers;
};

struct peer {
    std::shared_ptr<common::transport::framed_connection> link;
    common::seam::event_loop& home;
    std::string key_id;
    std::string fingerprint;  // of the key, whole
    domain::rights rights;
    std::string folder;                 // the key sees only what is below it; empty: everything
    std::shared_ptr<const void> place;  // held until everything of the session is at rest
};

}  // namespace uploader_server::session
