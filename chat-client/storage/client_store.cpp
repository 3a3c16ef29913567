#include "chat-client/storage/client_store.hpp"

#include "chat-client/storage/limits.hpp"
#include "chat-client/storage/own_files.hpp"

#include <algorithm>

namespace chat_client::storage {
namespace {

using common::database::connection;
using common::database::sqlite_error;
using common::database::statement;

constexpr int store_version = 2;
// "SlCc" in the file's header tells our files from others.
constexpr int store_application_id = 0x536c4363;

constexpr const char* store_tables = R"sql(
CREATE TABLE outbox(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    server TEXT NOT NULL,
    room TEXT NOT NULL,
    id BLOB NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    target_n INTEGER,
    text TEXT NOT NULL,
    owner INTEGER NOT NULL,
    kind INTEGER NOT NULL DEFAULT 1,
    action INTEGER,
    subject BLOB,
    UNIQUE(server, id));
CREATE TABLE cursors(
    server TEXT NOT NULL,
    cursor TEXT NOT NULL,
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(server, cursor, room)) WITHOUT ROWID;
)sql";

constexpr const char* from_version_1 = R"sql(
ALTER TABLE outbox ADD COLUMN kind INTEGER NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN action INTEGER;
ALTER TABLE outbox ADD COLUMN subject BLOB;
CREATE TABLE cursors(
    server TEXT NOT NULL,
    cursor TEXT NOT NULL,
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(server, cursor, room)) WITHOUT ROWID;
INSERT INTO cursors SELECT server, '', room, seq FROM positions;
DROP TABLE positions;
)sql";

void prepare_store(connection& db) {
    const auto set = [&db](const std::string& pragma) { db.execute(("PRAGMA " + pragma).c_str()); };
    set("busy_timeout = " + std::to_string(limits::busy_time_max.count()));
    // A rollback journal that stays: fewer folder syncs than a new one for each commit.
    set("journal_mode = PERSIST");
    set("synchronous = FULL");
    in_transaction(db, [&] {
        const std::string version = db.ask("PRAGMA user_version");
        const bool ours = db.ask("PRAGMA application_id") == std::to_string(store_application_id);
        if (version == "0" && db.ask("SELECT count(*) FROM sqlite_schema") == "0") {
            db.execute(store_tables);
            set("application_id = " + std::to_string(store_application_id));
            set("user_version = " + std::to_string(store_version));
        } else if (version == "1" && ours) {
            db.execute(from_version_1);
            set("user_version = " + std::to_string(store_version));
        } else if (version != std::to_string(store_version) || !ours) {
            throw sqlite_error{0, "it was written by another program or another version of this one"};
        }
    });
}

std::optional<std::uint32_t> action_number(const domain::outgoing& message) {
    if (!message.action) return std::nullopt;
    return static_cast<std::uint32_t>(*message.action);
}

// Of a row of statements::left_by.
domain::outgoing message_of(const statement& row) {
    domain::outgoing message{.room = std::string{row.text(0)},
                             .id = id_of<domain::message_id>(row.blob(1)),
                             .sent_at_ms = static_cast<std::int64_t>(row.integer(2)),
                             .text = std::string{row.text(4)},
                             .kind = static_cast<domain::record_kind>(row.integer(6))};
    if (!row.is_null(3)) message.target_n = row.integer(3);
    if (!row.is_null(7)) message.action = static_cast<domain::moderation_action>(row.integer(7));
    if (!row.is_null(8)) message.subject = id_of<domain::author_id>(row.blob(8));
    return message;
}

}  // namespace

struct client_store::statements {
    explicit statements(connection& db) : db_(db) {}
    connection& db_;

    // The same id again is a retry of the same message: it keeps its place.
    statement add{
        db_,
        "INSERT INTO outbox(server, room, id, sent_at_ms, target_n, text, owner, kind, action, subject) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(server, id) DO UPDATE SET owner = excluded.owner"};
    statement remove{db_, "DELETE FROM outbox WHERE server = ? AND id = ?"};
    statement owners{db_, "SELECT DISTINCT owner FROM outbox WHERE server = ?"};
    statement left_by{
        db_,
        "SELECT room, id, sent_at_ms, target_n, text, number, kind, action, subject FROM outbox "
        "WHERE server = ? AND owner = ? ORDER BY number LIMIT ?"};
    statement take_over{db_, "UPDATE outbox SET owner = ? WHERE number = ?"};
    statement count{db_, "SELECT count(*) FROM outbox WHERE server = ?"};
    statement position{db_, "SELECT seq FROM cursors WHERE server = ? AND cursor = ? AND room = ?"};
    statement move{db_,
                   "INSERT INTO cursors VALUES (?, ?, ?, ?) ON CONFLICT(server, cursor, room) "
                   "DO UPDATE SET seq = max(seq, excluded.seq)"};
    statement forget{db_, "DELETE FROM cursors WHERE server = ? AND cursor = ? AND room = ?"};
};

client_store::client_store(const std::string& path, const std::string& vfs)
    : db_(vfs.empty() ? made_private(path) : path, vfs) {
    prepare_store(db_);
    sql_ = std::make_unique<statements>(db_);
}

client_store::~client_store() = default;

void client_store::add(std::string_view server, std::span<const domain::outgoing> messages,
                       std::uint64_t owner) {
    in_transaction(db_, [&] {
        for (const domain::outgoing& each : messages) {
            sql_->add.run(server, std::string_view{each.room}, each.id, each.sent_at_ms, each.target_n,
                          std::string_view{each.text}, owner, static_cast<std::uint32_t>(each.kind),
                          action_number(each), each.subject);
        }
    });
}

void client_store::remove(std::string_view server, std::span<const domain::message_id> ids) {
    in_transaction(db_, [&] {
        for (const domain::message_id& id : ids) sql_->remove.run(server, id);
    });
}

std::vector<domain::outgoing> client_store::adopt(std::string_view server, std::uint64_t owner,
                                                  const owner_check& is_running) {
    std::vector<domain::outgoing> found;
    in_transaction(db_, [&] {
        std::vector<std::uint64_t> gone;
        for (sql_->owners.start(server); sql_->owners.step();) {
            const std::uint64_t other = sql_->owners.integer(0);
            if (other != owner && !is_running(other)) gone.push_back(other);
        }
        std::vector<std::uint64_t> numbers;
        for (const std::uint64_t other : gone) {
            statement& left = sql_->left_by;
            const std::uint64_t most = limits::adopted_messages_max - found.size();
            for (left.start(server, other, most); left.step();) {
                found.push_back(message_of(left));
                numbers.push_back(left.integer(5));
            }
        }
        for (const std::uint64_t number : numbers) sql_->take_over.run(owner, number);
    });
    return found;
}

std::uint64_t client_store::count(std::string_view server) {
    sql_->count.start(server);
    const std::uint64_t count = sql_->count.step() ? sql_->count.integer(0) : 0;
    sql_->count.reset();
    return count;
}

std::optional<std::uint64_t> client_store::position(std::string_view server, std::string_view cursor,
                                                    std::string_view room) {
    std::optional<std::uint64_t> found;
    sql_->position.start(server, cursor, room);
    if (sql_->position.step()) found = sql_->position.integer(0);
    sql_->position.reset();
    return found;
}

void client_store::move_positions(std::string_view server, std::string_view cursor,
                                  std::span<const domain::position> positions) {
    in_transaction(db_, [&] {
        for (const domain::position& each : positions) {
            sql_->move.run(server, cursor, std::string_view{each.room}, each.seq);
        }
    });
}

void client_store::forget_position(std::string_view server, std::string_view cursor, std::string_view room) {
    sql_->forget.run(server, cursor, room);
}

}  // namespace chat_client::storage
