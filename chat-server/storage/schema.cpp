#include "chat-server/storage/schema.hpp"

#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/log_file.hpp"
#include "common/seam/mutation.hpp"

#include <string>

namespace chat_server::storage {
namespace {

using common::seam::mutated;
using common::seam::mutation;

constexpr int schema_version = 1;
// "SlCh" in the file's header tells our databases from others.
constexpr int application_id = 0x536c4368;

// people.nick_key is what makes two nicks the same. records are never updated; retention removes the oldest
// of a room, never the last one, so that a room's counters can always be read from its newest record.
constexpr const char* tables = R"sql(
CREATE TABLE rooms(
    room INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL);
CREATE TABLE people(
    person INTEGER PRIMARY KEY,
    author BLOB NOT NULL UNIQUE,
    nick TEXT NOT NULL,
    nick_key TEXT NOT NULL UNIQUE,
    first_seen_ms INTEGER NOT NULL);
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
    PRIMARY KEY(room, seq)) WITHOUT ROWID;
CREATE TABLE cursors(
    person INTEGER NOT NULL,
    room INTEGER NOT NULL,
    delivered_seq INTEGER NOT NULL,
    read_seq INTEGER NOT NULL,
    PRIMARY KEY(person, room)) WITHOUT ROWID;
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
    const bool unique = !mutated(mutation::skip_duplicate_check);
    db.execute(unique ? "CREATE UNIQUE INDEX records_by_id ON records(person, id)"
                      : "CREATE INDEX records_by_id ON records(person, id)");
    set(db, "application_id = " + std::to_string(application_id));
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
    throw open_error{"the database has version " + version + ", this program knows version " +
                     std::to_string(schema_version) + ": use the chat-server that wrote it, or a newer one"};
}

void open_checked(connection& db, durability kept) {
    // Exclusive before the first access: no shared memory, and no second process.
    set(db, "locking_mode = EXCLUSIVE");
    set(db, "journal_mode = WAL");
    const bool to_disk = kept == durability::full && !mutated(mutation::relaxed_sync);
    set(db, to_disk ? "synchronous = FULL" : "synchronous = NORMAL");
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
