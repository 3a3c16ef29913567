#include "chat-client/storage/log_cache.hpp"

#include "chat-client/domain/folded_message.hpp"
#include "chat-client/storage/limits.hpp"
#include "chat-client/storage/log_statements.hpp"
#include "chat-client/storage/own_files.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::storage {
namespace {

using common::database::connection;
using common::database::sqlite_error;
using domain::record;
using domain::seq_range;

constexpr int cache_version = 1;
// "SlLc" in the file's header.
constexpr int cache_application_id = 0x536c4c63;

constexpr const char* cache_tables = R"sql(
CREATE TABLE rooms(
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    topic TEXT NOT NULL DEFAULT '',
    open INTEGER NOT NULL DEFAULT 0,
    place INTEGER NOT NULL DEFAULT 0,
    read_seq INTEGER NOT NULL DEFAULT 0,
    read_n INTEGER NOT NULL DEFAULT 0,
    last_seq INTEGER NOT NULL DEFAULT 0,
    last_n INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    muted INTEGER NOT NULL DEFAULT 0,
    draft TEXT NOT NULL DEFAULT '');
CREATE TABLE records(
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    author BLOB NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    stored_at_ms INTEGER NOT NULL,
    nick TEXT NOT NULL,
    text TEXT NOT NULL,
    target_n INTEGER,
    action INTEGER,
    subject BLOB,
    erased_hash BLOB,
    PRIMARY KEY(room, seq)) WITHOUT ROWID;
CREATE INDEX messages ON records(room, n) WHERE kind = 1;
CREATE INDEX amendments ON records(room, target_n, seq) WHERE kind IN (2, 3, 4);
CREATE TABLE known(
    room INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL,
    PRIMARY KEY(room, from_seq)) WITHOUT ROWID;
CREATE TABLE history(number INTEGER PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE settings(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

void prepare_cache(connection& db) {
    const auto set = [&db](const std::string& pragma) { db.execute(("PRAGMA " + pragma).c_str()); };
    set("busy_timeout = " + std::to_string(limits::busy_time_max.count()));
    // A copy: what a power loss takes is read again.
    set("journal_mode = WAL");
    set("synchronous = NORMAL");
    in_transaction(db, [&] {
        const std::string version = db.ask("PRAGMA user_version");
        if (version == "0" && db.ask("SELECT count(*) FROM sqlite_schema") == "0") {
            db.execute(cache_tables);
            set("application_id = " + std::to_string(cache_application_id));
            set("user_version = " + std::to_string(cache_version));
        } else if (version != std::to_string(cache_version) ||
                   db.ask("PRAGMA application_id") != std::to_string(cache_application_id)) {
            throw sqlite_error{0, "it was written by another program or another version of this one"};
        }
        db.execute(
            "CREATE INDEX IF NOT EXISTS replies ON records(room, target_n, seq) "
            "WHERE kind = 1 AND target_n IS NOT NULL");
    });
}

std::size_t bytes_used(connection& db) {
    const auto number = [&db](const char* pragma) { return std::stoull(db.ask(pragma)); };
    const auto pages = number("PRAGMA page_count") - number("PRAGMA freelist_count");
    return static_cast<std::size_t>(pages * number("PRAGMA page_size"));
}

}  // namespace

log_cache::log_cache(const std::string& path, std::size_t bytes_max)
    : db_(made_private(path), {}), bytes_max_(bytes_max) {
    prepare_cache(db_);
    sql_ = std::make_unique<statements>(db_);
}

log_cache::~log_cache() = default;

std::uint64_t log_cache::room_number(const std::string& key) {
    const std::string_view name{key};
    for (int attempt = 0; attempt < 2; ++attempt) {
        sql_->find_room.start(name);
        if (sql_->find_room.step()) {
            const std::uint64_t number = sql_->find_room.integer(0);
            sql_->find_room.reset();
            return number;
        }
        sql_->add_room.run(name, name);
    }
    throw sqlite_error{0, "a room cannot be stored"};
}

// --- writing

void log_cache::add(const log_part& part) {
    in_transaction(db_, [&] {
        const std::uint64_t room = room_number(part.room);
        for (const record& each : part.records) insert(room, each);
        for (const record& each : part.amendments) insert(room, each);
        if (part.from_seq <= part.to_seq) cover(room, {part.from_seq, part.to_seq});
        if (part.to_seq != 0)
            sql_->note_last.run(part.to_seq, part.records.empty() ? 0 : part.records.back().n, room);
    });
    added_since_check_ += part.records.size();
    if (added_since_check_ < limits::cache_check_records) return;
    added_since_check_ = 0;
    shrink();
}

void log_cache::insert(std::uint64_t room, const record& each) {
    std::optional<std::uint32_t> action;
    if (each.action) action = static_cast<std::uint32_t>(*each.action);
    sql_->add.run(room, each.seq, each.n, static_cast<std::uint32_t>(each.kind), each.id, each.author,
                  each.sent_at_ms, each.stored_at_ms, std::string_view{each.nick},
                  std::string_view{each.text}, each.target_n, action, each.subject, each.erased_hash);
    // The text is gone on the server; it goes here, too.
    if (each.kind == domain::record_kind::deletion && each.target_n)
        sql_->erase.run(room, *each.target_n, room, *each.target_n);
}

// Joined with what it touches, so that neighbours are one range.
void log_cache::cover(std::uint64_t room, seq_range range) {
    const std::uint64_t below = range.from == 0 ? 0 : range.from - 1;
    std::vector<std::uint64_t> merged;
    for (sql_->touching.start(room, range.to + 1, below); sql_->touching.step();) {
        merged.push_back(sql_->touching.integer(0));
        range.from = std::min(range.from, sql_->touching.integer(0));
        range.to = std::max(range.to, sql_->touching.integer(1));
    }
    for (const std::uint64_t from : merged) sql_->uncover.run(room, from);
    sql_->cover.run(room, range.from, range.to);
}

// The oldest quarter of the largest room, until there is room again.
void log_cache::shrink() {
    for (int round = 0; round < limits::cache_shrink_rounds && bytes_used(db_) > bytes_max_; ++round) {
        in_transaction(db_, [&] {
            sql_->largest.start();
            if (!sql_->largest.step()) return;
            const std::uint64_t room = sql_->largest.integer(0);
            const std::uint64_t skip = sql_->largest.integer(1) / 4;
            sql_->largest.reset();
            sql_->nth.start(room, skip);
            if (!sql_->nth.step()) return;
            const std::uint64_t first_kept = sql_->nth.integer(0);
            sql_->nth.reset();
            sql_->drop_records.run(room, first_kept);
            sql_->drop_known.run(room, first_kept);
            sql_->trim_known.run(first_kept, room, first_kept);
        });
    }
}

void log_cache::forget(const std::string& key) {
    in_transaction(db_, [&] {
        const std::uint64_t room = room_number(key);
        const std::uint64_t all = static_cast<std::uint64_t>(INT64_MAX);
        sql_->drop_records.run(room, all);
        sql_->drop_known.run(room, all);
        sql_->reset_room.run(room);
    });
}

// --- what a person has

std::vector<saved_room> log_cache::rooms() {
    std::vector<saved_room> all;
    auto& row = sql_->rooms;
    for (row.start(); row.step();) {
        all.push_back({.key = std::string{row.text(0)},
                       .name = std::string{row.text(1)},
                       .topic = std::string{row.text(2)},
                       .open = row.integer(3) != 0,
                       .place = row.integer(4),
                       .read_seq = row.integer(5),
                       .read_n = row.integer(6),
                       .last_seq = row.integer(7),
                       .last_n = row.integer(8),
                       .flags = static_cast<std::uint32_t>(row.integer(9)),
                       .muted = row.integer(10) != 0,
                       .draft = std::string{row.text(11)}});
    }
    return all;
}

void log_cache::save(const saved_room& room) {
    room_number(room.key);
    sql_->save_room.run(std::string_view{room.name}, std::string_view{room.topic}, std::uint32_t{room.open},
                        room.place, room.read_seq, room.read_n, room.last_seq, room.last_n, room.flags,
                        std::uint32_t{room.muted}, std::string_view{room.draft}, std::string_view{room.key});
}

std::vector<std::string> log_cache::history() {
    std::vector<std::string> lines;
    const std::uint64_t most = limits::history_lines_max;
    for (sql_->history.start(most); sql_->history.step();) lines.emplace_back(sql_->history.text(0));
    std::ranges::reverse(lines);
    return lines;
}

void log_cache::add_history(std::string_view line) {
    in_transaction(db_, [&] {
        sql_->add_history.run(line);
        sql_->trim_history.run(std::uint64_t{limits::history_lines_max});
    });
}

std::string log_cache::setting(std::string_view name) {
    std::string value;
    sql_->setting.start(name);
    if (sql_->setting.step()) value = sql_->setting.text(0);
    sql_->setting.reset();
    return value;
}

void log_cache::set_setting(std::string_view name, std::string_view value) {
    sql_->set_setting.run(name, value);
}

}  // namespace chat_client::storage
