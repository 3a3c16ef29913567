// What the operator chose, and what the sessions count for the metrics page.
#pragma once

#include "chat-server/domain/limits.hpp"
#include "protocol/chat/limits.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace chat_server::session {

struct settings {
    std::uint32_t text_bytes_max = protocol::limits::text_bytes_max;  // --max-message
    std::uint32_t posts_per_s = domain::limits::posts_per_s_default;  // 0: no limit
    std::uint32_t posts_burst = domain::limits::posts_burst_default;
    std::size_t tails_bytes_max = domain::limits::tails_bytes_default;
    bool durable = true;
    std::string motd;
};

// One for each hub, written by its loop, read by any thread.
struct session_counters {
    std::atomic<std::uint64_t> sessions{0};
    std::atomic<std::uint64_t> delivered_bytes{0};
    std::atomic<std::uint64_t> delivered_records{0};
    std::atomic<std::uint64_t> pages_asked{0};  // by readers behind the tail
    std::atomic<std::uint64_t> slowed_posts{0};
    std::atomic<std::uint64_t> tails_bytes{0};
};

// Adds without a locked instruction: every counter has one writer.
inline void add(std::atomic<std::uint64_t>& to, std::uint64_t count) {
    to.store(to.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
}

}  // namespace chat_server::session
