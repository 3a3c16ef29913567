// Full-text search in what is kept, and the fingerprint of a room's transcript.
#pragma once

#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace protocol::chat {

// Client → server, answered by found, newest first. Finds messages as they read now: edited text, no deleted
// ones; only in rooms this key may read.
struct search {
    static constexpr std::uint16_t type = 0x010b;
    std::string_view query{};  // words, all of which must occur; "a phrase"; prefix*; empty: any text
    std::uint32_t count = 0;   // 1 to found_per_frame_max
    std::optional<std::string_view> room = std::nullopt;    // its name; none: all
    std::optional<std::string_view> author = std::nullopt;  // nick now or then
    std::optional<std::int64_t> since_ms = std::nullopt;    // stored at or after
    std::optional<std::int64_t> until_ms = std::nullopt;    // stored before
    std::optional<std::uint64_t> before = std::nullopt;     // found.next of the page before

    static constexpr auto members() {
        return std::tuple{member("query", &search::query, limits::query_bytes_max),
                          member("count", &search::count),
                          extension(1, "room", &search::room, limits::name_bytes_max),
                          extension(2, "author", &search::author, limits::name_bytes_max),
                          extension(3, "since_ms", &search::since_ms),
                          extension(4, "until_ms", &search::until_ms),
                          extension(5, "before", &search::before)};
    }
};

struct found_entry {
    std::uint32_t room = 0;
    std::string_view room_name{};
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    author_id author{};
    std::int64_t stored_at_ms = 0;
    std::string_view nick{};
    std::string_view text{};
    bool cut = false;  // the text goes on

    static constexpr auto members() {
        return std::tuple{member("room", &found_entry::room),
                          member("room_name", &found_entry::room_name, limits::name_bytes_max),
                          member("seq", &found_entry::seq),
                          member("n", &found_entry::n),
                          member("author", &found_entry::author),
                          member("stored_at_ms", &found_entry::stored_at_ms),
                          member("nick", &found_entry::nick, limits::name_bytes_max),
                          member("text", &found_entry::text, limits::found_text_bytes_max),
                          member("cut", &found_entry::cut)};
    }
};

struct found {
    static constexpr std::uint16_t type = 0x0152;
    std::uint64_t next = 0;  // 0: nothing more; otherwise for search.before
    std::vector<found_entry> entries{};

    static constexpr auto members() {
        return std::tuple{member("next", &found::next),
                          member("entries", &found::entries, limits::found_per_frame_max)};
    }
};

// Client → server, answered by fingerprint: the running hash up to and including this record.
struct ask_fingerprint {
    static constexpr std::uint16_t type = 0x010c;
    std::uint32_t room = 0;
    std::uint64_t seq = 0;  // 0: the newest

    static constexpr auto members() {
        return std::tuple{member("room", &ask_fingerprint::room), member("seq", &ask_fingerprint::seq)};
    }
};

struct fingerprint {
    static constexpr std::uint16_t type = 0x0153;
    std::uint32_t room = 0;
    std::uint64_t seq = 0;
    std::uint64_t n = 0;
    chain_hash chain{};

    static constexpr auto members() {
        return std::tuple{member("room", &fingerprint::room), member("seq", &fingerprint::seq),
                          member("n", &fingerprint::n), member("chain", &fingerprint::chain)};
    }
};

}  // namespace protocol::chat
