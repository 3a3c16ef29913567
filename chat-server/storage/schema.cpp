#include "chat-server/storage/schema.hpp"

#include "chat-server/domain/names.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/log_file.hpp"
#include "chat-server/storage/transcript.hpp"
#include "common/seam/mutation.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chat_server::storage {
namespace {

using common::seam::mutated;
using common::seam::mutation;

constexpr int schema_version = 2;
// "SlCh" in the file's header tells our databases from others.
constexpr int application_id = 0x536c4368;

// people.nick_key is what makes two nicks the same. rooms.gone_* tell the newest record that retention
// removed: a room's counters go on from it when nothing else is left. records are only updated to erase a
// text. records_amending finds what changes a message; chains holds the transcript's hash of each 64th
// record; gone_ids what a late repeat of a removed record is answered with, in the order of removal.
constexpr const char* tables = R"sql(
CREATE TABLE rooms(
    room INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL,
    flags INTEGER NOT NULL DEFAULT 0,
    owner INTEGER NOT NULL DEFAULT 0,
    low INTEGER NOT NULL DEFAULT 0,
    high INTEGER NOT NULL DEFAULT 0,
    slow_seconds INTEGER NOT NULL DEFAULT 0,
    keep_records INTEGER NOT NULL DEFAULT 0,
    keep_ms INTEGER NOT NULL DEFAULT 0,
    gone_seq INTEGER NOT NULL DEFAULT 0,
    gone_n INTEGER NOT NULL DEFAULT 0,
    gone_at_ms INTEGER NOT NULL DEFAULT 0,
    gone_chain BLOB NOT NULL DEFAULT x'',
    indexed_seq INTEGER NOT NULL DEFAULT 0);
CREATE TABLE people(
    person INTEGER PRIMARY KEY,
    author BLOB NOT NULL UNIQUE,
    nick TEXT NOT NULL,
    nick_key TEXT NOT NULL UNIQUE,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL DEFAULT 0,
    away TEXT);
CREATE TABLE records(
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    person INTEGER NOT NULL,
    id BLOB NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    stored_at_ms INTEGER NOT NULL,
    target_n INTEGER,
    nick TEXT NOT NULL,
    text TEXT NOT NULL,
    action INTEGER,
    subject BLOB,
    erased BLOB,
    PRIMARY KEY(room, seq)) WITHOUT ROWID;
CREATE TABLE cursors(
    person INTEGER NOT NULL,
    room INTEGER NOT NULL,
    delivered_seq INTEGER NOT NULL,
    read_seq INTEGER NOT NULL,
    PRIMARY KEY(person, room)) WITHOUT ROWID;
)sql";

// What version 2 has beside the columns; version 1 gets it as well. BETWEEN, because every insert would build
// a table of its own for IN.
constexpr const char* additions = R"sql(
CREATE INDEX rooms_by_low ON rooms(low) WHERE low != 0;
CREATE INDEX rooms_by_high ON rooms(high) WHERE high != 0;
CREATE INDEX records_amending ON records(room, target_n, seq) WHERE kind BETWEEN 2 AND 4;
CREATE TABLE members(
    room INTEGER NOT NULL,
    person INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    muted_until_ms INTEGER NOT NULL,
    PRIMARY KEY(room, person)) WITHOUT ROWID;
CREATE INDEX members_by_person ON members(person);
CREATE INDEX cursors_by_room ON cursors(room);
CREATE TABLE chains(
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    PRIMARY KEY(room, seq)) WITHOUT ROWID;
CREATE TABLE gone_ids(
    removal INTEGER PRIMARY KEY,
    person INTEGER NOT NULL,
    id BLOB NOT NULL,
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    gone_at_ms INTEGER NOT NULL,
    UNIQUE(person, id));
CREATE TABLE search_rows(
    g INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    person INTEGER NOT NULL,
    stored_at_ms INTEGER NOT NULL,
    UNIQUE(room, seq));
CREATE VIRTUAL TABLE search_words USING fts5(
    text, place, content = '', tokenize = "unicode61 remove_diacritics 2");
)sql";

void set(connection& db, const std::string& pragma) {
    db.execute(("PRAGMA " + pragma).c_str());
}

void check_sound(connection& db) {
    const std::string verdict = db.ask("PRAGMA quick_check(1)");
    if (verdict == "ok") return;
    throw open_error{"the database is damaged (" + verdict +
                     "): restore it from a copy, or save what can be read with 'sqlite3 chat.db .recover'"};
}

void create_tables(connection& db) {
    db.execute("BEGIN IMMEDIATE");
    db.execute(tables);
    db.execute(additions);
    const bool unique = !mutated(mutation::skip_duplicate_check);
    db.execute(unique ? "CREATE UNIQUE INDEX records_by_id ON records(person, id)"
                      : "CREATE INDEX records_by_id ON records(person, id)");
    set(db, "application_id = " + std::to_string(application_id));
    set(db, "user_version = " + std::to_string(schema_version));
    db.execute("COMMIT");
}

// Nicks that look alike are one nick by now. Who had one first keeps its key, the others' are put beside it.
void rekey_people(connection& db) {
    std::vector<std::pair<std::uint64_t, std::string>> keys;
    std::set<std::string> taken;
    statement all{db, "SELECT person, nick FROM people ORDER BY person"};
    for (all.start(); all.step();) {
        std::string key = domain::nick_key(all.text(1));
        if (!taken.insert(key).second) key += "#" + std::to_string(all.integer(0));
        keys.emplace_back(all.integer(0), std::move(key));
    }
    db.execute("UPDATE people SET nick_key = '#' || person");
    statement set_key{db, "UPDATE people SET nick_key = ? WHERE person = ?"};
    for (const auto& [person, key] : keys) set_key.run(std::string_view{key}, person);
}

// One transaction: a version 1 database stays one until all of it is done. Who wrote first owns the room.
void migrate_from_1(connection& db) {
    db.execute("BEGIN IMMEDIATE");
    for (const char* column : {"rooms ADD COLUMN flags INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN owner INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN low INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN high INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN slow_seconds INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN keep_records INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN keep_ms INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN gone_seq INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN gone_n INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN gone_at_ms INTEGER NOT NULL DEFAULT 0",
                               "rooms ADD COLUMN gone_chain BLOB NOT NULL DEFAULT x''",
                               "rooms ADD COLUMN indexed_seq INTEGER NOT NULL DEFAULT 0",
                               "people ADD COLUMN last_seen_ms INTEGER NOT NULL DEFAULT 0",
                               "people ADD COLUMN away TEXT", "records ADD COLUMN action INTEGER",
                               "records ADD COLUMN subject BLOB", "records ADD COLUMN erased BLOB"}) {
        db.execute((std::string{"ALTER TABLE "} + column).c_str());
    }
    db.execute(additions);
    db.execute(R"sql(
UPDATE people SET last_seen_ms = first_seen_ms;
UPDATE rooms SET
    owner = coalesce((SELECT person FROM records WHERE room = rooms.room ORDER BY seq LIMIT 1), 0),
    gone_seq = coalesce((SELECT seq - 1 FROM records WHERE room = rooms.room ORDER BY seq LIMIT 1), 0),
    gone_n = coalesce((SELECT n - (kind = 1) FROM records WHERE room = rooms.room ORDER BY seq LIMIT 1), 0);
UPDATE rooms SET indexed_seq = gone_seq;
)sql");
    make_chains(db);
    rekey_people(db);
    set(db, "user_version = " + std::to_string(schema_version));
    db.execute("COMMIT");
}

void check_version(connection& db) {
    const std::string version = db.ask("PRAGMA user_version");
    const bool ours = db.ask("PRAGMA application_id") == std::to_string(application_id);
    const bool empty = db.ask("SELECT count(*) FROM sqlite_schema") == "0";
    if (!ours && empty) return create_tables(db);
    if (!ours) throw open_error{"this is not a chat database: choose another --state folder"};
    if (version == std::to_string(schema_version)) return;
    if (version == "1") return migrate_from_1(db);
    throw open_error{"the database has version " + version + ", this program knows version " +
                     std::to_string(schema_version) + ": use the chat-server that wrote it, or a newer one"};
}

void open_checked(connection& db, durability kept) {
    // Exclusive before the first access: no shared memory, and no second process.
    set(db, "locking_mode = EXCLUSIVE");
    set(db, "journal_mode = WAL");
    const bool to_disk = kept == durability::full && !mutated(mutation::relaxed_sync);
    set(db, to_disk ? "synchronous = FULL" : "synchronous = NORMAL");
    // What a deletion erased must not lie about in the file.
    set(db, "secure_delete = FAST");
    set(db, "temp_store = MEMORY");
    set(db, "cache_size = -" + std::to_string(limits::cache_kibibytes));
    set(db, "wal_autocheckpoint = " + std::to_string(limits::checkpoint_pages));
    set(db, "journal_size_limit = " + std::to_string(limits::log_bytes_kept));
    check_sound(db);
    if (to_disk && !mutated(mutation::trust_old_log)) make_log_durable(db);
    check_version(db);
}

}  // namespace

void prepare_schema(connection& db, durability kept) {
    try {
        open_checked(db, kept);
    } catch (const sqlite_error& error) {
        if (error.is_corrupt()) {
            throw open_error{
                std::string{"the database is damaged ("} + error.what() +
                "): restore it from a copy, or save what can be read with 'sqlite3 chat.db .recover'"};
        }
        if (error.is_busy()) throw open_error{"another process has the database open: stop it first"};
        throw open_error{std::string{"cannot use the database: "} + error.what()};
    }
}

}  // namespace chat_server::storage
