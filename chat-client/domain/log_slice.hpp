// A part of a room's log as this machine knows it: records, what changed them, holes.
#pragma once

#include "chat-client/domain/records.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chat_client::domain {

// Both ends inclusive; from > to: empty.
struct seq_range {
    std::uint64_t from = 1;
    std::uint64_t to = 0;

    bool empty() const { return from > to; }
    bool operator==(const seq_range&) const = default;
};

enum class slice_from : std::uint8_t {
    newest,
    before,    // the records in front of `at`
    after,     // those behind it
    around,    // half of them on each side of record `at`
    around_n,  // the same for message number `at`
    exactly,   // from `at` to `to`
};

struct slice_wish {
    slice_from from = slice_from::newest;
    std::uint64_t at = 0;
    std::uint64_t to = 0;
    std::uint32_t count = 0;  // of records that are shown
};

struct log_slice {
    std::string room;  // its key
    seq_range range{};
    std::vector<seq_range> known{};    // inside of range, ascending; the rest are holes
    std::vector<record> records{};     // ascending; missing in what is known: not kept by the server
    std::vector<record> amendments{};  // of messages in it, ascending
    std::vector<record> quoted{};      // messages that those in it reply to, with their amendments
    std::uint64_t n_before = 0;        // messages in front of range, if that is known
    std::uint64_t last_seq = 0;        // of the whole log, as far as known
    std::uint64_t last_n = 0;
    bool found = true;  // false: the place that was asked for is in a hole

    bool complete() const { return known.size() == 1 && known.front() == range; }
};

// Records that appear as a line of their own.
constexpr bool is_shown(record_kind kind) {
    return kind == record_kind::message || kind == record_kind::topic || kind == record_kind::moderation;
}

// Records that change what another one says.
constexpr bool is_amendment(record_kind kind) {
    return kind == record_kind::edit || kind == record_kind::deletion || kind == record_kind::reaction;
}

}  // namespace chat_client::domain
