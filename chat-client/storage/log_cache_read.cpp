// Parts of a room's log as the copy has it.
#include "chat-client/domain/folded_message.hpp"
#include "chat-client/storage/limits.hpp"
#include "chat-client/storage/log_cache.hpp"
#include "chat-client/storage/log_statements.hpp"
#include "chat-client/storage/own_files.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace chat_client::storage {
namespace {

using common::database::statement;
using domain::record;
using domain::seq_range;
using domain::slice_from;
using domain::slice_wish;

record record_of(const statement& row, const std::string& room) {
    record made{.room = room,
                .seq = row.integer(0),
                .n = row.integer(1),
                .kind = static_cast<domain::record_kind>(row.integer(2)),
                .id = id_of<domain::message_id>(row.blob(3)),
                .author = id_of<domain::author_id>(row.blob(4)),
                .sent_at_ms = static_cast<std::int64_t>(row.integer(5)),
                .stored_at_ms = static_cast<std::int64_t>(row.integer(6)),
                .nick = std::string{row.text(7)},
                .text = std::string{row.text(8)}};
    if (!row.is_null(9)) made.target_n = row.integer(9);
    if (!row.is_null(10)) made.action = static_cast<domain::moderation_action>(row.integer(10));
    if (!row.is_null(11)) made.subject = id_of<domain::author_id>(row.blob(11));
    if (!row.is_null(12)) made.erased_hash = id_of<protocol::chat::byte_array<32>>(row.blob(12));
    return made;
}

// The first number, or `otherwise` when there is no row.
template <class... Values>
std::uint64_t first_of(statement& query, std::uint64_t otherwise, const Values&... values) {
    query.start(values...);
    const std::uint64_t found = query.step() ? query.integer(0) : otherwise;
    query.reset();
    return found;
}

}  // namespace

std::optional<seq_range> log_cache::head(const std::string& key) {
    const std::uint64_t room = room_number(key);
    sql_->newest_known.start(room);
    std::optional<seq_range> found;
    if (sql_->newest_known.step())
        found = seq_range{sql_->newest_known.integer(0), sql_->newest_known.integer(1)};
    sql_->newest_known.reset();
    return found;
}

std::uint64_t log_cache::n_at(const std::string& key, std::uint64_t seq) {
    return first_of(sql_->n_before, 0, room_number(key), seq);
}

std::uint64_t log_cache::count_mentions(const std::string& key, std::uint64_t after_seq,
                                        std::string_view nick, const domain::author_id& you) {
    std::uint64_t count = 0;
    auto& row = sql_->behind;
    const std::uint64_t most = limits::mentions_scanned_max;
    for (row.start(room_number(key), after_seq, most); row.step();) {
        if (id_of<domain::author_id>(row.blob(1)) != you && domain::mentions(row.text(0), nick)) ++count;
    }
    return count;
}

std::vector<seq_range> log_cache::known(std::uint64_t room, seq_range range) {
    std::vector<seq_range> parts;
    if (range.empty()) return parts;
    for (sql_->known.start(room, range.to, range.from); sql_->known.step();) {
        parts.push_back(
            {std::max(range.from, sql_->known.integer(0)), std::min(range.to, sql_->known.integer(1))});
    }
    return parts;
}

// Far enough that so many records are shown.
seq_range log_cache::range_of(std::uint64_t room, const slice_wish& wish) {
    const std::uint64_t last = first_of(sql_->last, 0, room);
    const std::uint64_t skip = std::max<std::uint32_t>(wish.count, 1) - 1;
    const auto begin = [&](std::uint64_t before) {
        return first_of(sql_->shown_before, 1, room, before, skip);
    };
    const auto end = [&](std::uint64_t after) {
        return std::max(first_of(sql_->shown_after, last, room, after, skip), after);
    };
    switch (wish.from) {
        case slice_from::newest:
            return {begin(last + 1), last};
        case slice_from::before:
            return {begin(wish.at), wish.at == 0 ? 0 : wish.at - 1};
        case slice_from::after:
            return {wish.at + 1, std::min(end(wish.at), last)};
        case slice_from::around:
            return {begin(wish.at + 1), std::min(end(wish.at), std::max(last, wish.at))};
        case slice_from::around_n:
        case slice_from::exactly:
            break;
    }
    return {wish.at, wish.to};
}

// A page does not go over a hole: the hole is where it ends.
seq_range log_cache::clip_to_holes(std::uint64_t room, seq_range range, const slice_wish& wish) {
    const auto parts = known(room, range);
    if (parts.size() < 2) return range;
    if (wish.from == slice_from::after) return {range.from, std::max(parts[0].to, parts[1].from - 1)};
    if (wish.from != slice_from::around) return {parts[parts.size() - 2].to + 1, range.to};
    const auto inside = std::ranges::find_if(
        parts, [&](const seq_range& part) { return part.from <= wish.at && wish.at <= part.to; });
    if (inside == parts.end()) return range;
    if (inside != parts.begin()) range.from = std::prev(inside)->to + 1;
    if (std::next(inside) != parts.end()) range.to = std::next(inside)->from - 1;
    return range;
}

domain::log_slice log_cache::slice(const std::string& key, const slice_wish& asked) {
    const std::uint64_t room = room_number(key);
    slice_wish wish = asked;
    bool found = true;
    if (wish.from == slice_from::around_n) {
        sql_->message.start(room, asked.at);
        found = sql_->message.step();
        wish = {.from = slice_from::around, .at = found ? sql_->message.integer(0) : 0, .count = asked.count};
        sql_->message.reset();
    }
    if (wish.from == slice_from::around && found) found = !known(room, {wish.at, wish.at}).empty();
    if (!found) return {.room = key, .found = false};
    if (wish.from == slice_from::around) wish.count = std::max<std::uint32_t>(wish.count / 2, 1);
    return read(room, key, clip_to_holes(room, range_of(room, wish), wish));
}

domain::log_slice log_cache::read(std::uint64_t room, const std::string& key, seq_range range) {
    domain::log_slice made{.room = key, .range = range, .known = known(room, range)};
    sql_->last.start(room);
    if (sql_->last.step()) {
        made.last_seq = sql_->last.integer(0);
        made.last_n = sql_->last.integer(1);
    }
    sql_->last.reset();
    if (range.empty()) return made;
    made.n_before = first_of(sql_->n_before, 0, room, range.from - 1);
    auto& row = sql_->between;
    for (row.start(room, range.from, range.to); row.step();) made.records.push_back(record_of(row, key));
    // Amendments that came with a page stand there alone, in what is otherwise a hole.
    std::erase_if(made.records, [&](const record& each) {
        return std::ranges::none_of(
            made.known, [&](const seq_range& part) { return part.from <= each.seq && each.seq <= part.to; });
    });
    read_amendments(room, made);
    read_quotes(room, made);
    return made;
}

void log_cache::read_amendments(std::uint64_t room, domain::log_slice& of) {
    std::uint64_t first = UINT64_MAX;
    std::uint64_t last = 0;
    for (const record& each : of.records) {
        if (each.kind != domain::record_kind::message) continue;
        first = std::min(first, each.n);
        last = std::max(last, each.n);
    }
    if (first > last) return;
    auto& row = sql_->amending;
    for (row.start(room, first, last); row.step();) of.amendments.push_back(record_of(row, of.room));
}

void log_cache::read_quotes(std::uint64_t room, domain::log_slice& of) {
    for (const record& each : of.records) {
        if (each.kind != domain::record_kind::message || !each.target_n) continue;
        auto& row = sql_->message;
        row.start(room, *each.target_n);
        if (row.step()) of.quoted.push_back(record_of(row, of.room));
        row.reset();
        auto& later = sql_->amending;
        for (later.start(room, *each.target_n, *each.target_n); later.step();) {
            of.quoted.push_back(record_of(later, of.room));
        }
    }
}

std::vector<domain::log_slice> log_cache::messages(const std::string& key,
                                                   const std::vector<std::uint64_t>& numbers) {
    const std::uint64_t room = room_number(key);
    std::vector<domain::log_slice> found;
    std::set<std::uint64_t> seqs;
    for (const std::uint64_t n : numbers) {
        if (const std::uint64_t seq = first_of(sql_->message, 0, room, n); seq != 0) seqs.insert(seq);
        const std::uint64_t most = limits::replies_shown_anew_max;
        for (sql_->replies.start(room, n, most); sql_->replies.step();) seqs.insert(sql_->replies.integer(0));
    }
    for (const std::uint64_t seq : seqs) {
        domain::log_slice one = read(room, key, {seq, seq});
        if (!one.records.empty()) found.push_back(std::move(one));
    }
    return found;
}

}  // namespace chat_client::storage
