#include "chat-client/storage/client_store.hpp"

#include "chat-client/storage/limits.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace chat_client::storage {
namespace {

using common::database::connection;
using common::database::sqlite_error;
using common::database::statement;

constexpr int schema_version = 1;
// "SlCc" in the file's header tells our files from others.
constexpr int application_id = 0x536c4363;

constexpr const char* tables = R"sql(
CREATE TABLE outbox(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    server TEXT NOT NULL,
    room TEXT NOT NULL,
    id BLOB NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    target_n INTEGER,
    text TEXT NOT NULL,
    owner INTEGER NOT NULL,
    UNIQUE(server, id));
CREATE TABLE positions(
    server TEXT NOT NULL,
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(server, room)) WITHOUT ROWID;
)sql";

// SQLite would make it readable for everyone whom the umask allows.
const std::string& made_private(const std::string& path, const std::string& vfs) {
    if (!vfs.empty()) return path;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
    ::close(file);
    return path;
}

void prepare(connection& db) {
    const auto set = [&db](const std::string& pragma) { db.execute(("PRAGMA " + pragma).c_str()); };
    set("busy_timeout = " + std::to_string(limits::busy_time_max.count()));
    // A rollback journal that stays: fewer folder syncs than a new one for each commit.
    set("journal_mode = PERSIST");
    set("synchronous = FULL");
    db.execute("BEGIN IMMEDIATE");
    const std::string version = db.ask("PRAGMA user_version");
    if (version == "0" && db.ask("SELECT count(*) FROM sqlite_schema") == "0") {
        db.execute(tables);
        set("application_id = " + std::to_string(application_id));
        set("user_version = " + std::to_string(schema_version));
    } else if (version != std::to_string(schema_version) ||
               db.ask("PRAGMA application_id") != std::to_string(application_id)) {
        db.execute("ROLLBACK");
        throw sqlite_error{0, "it was written by another program or another version of this one"};
    }
    db.execute("COMMIT");
}

domain::message_id id_of(std::span<const std::byte> blob) {
    domain::message_id id{};
    std::copy_n(blob.begin(), std::min(blob.size(), id.size()), id.begin());
    return id;
}

}  // namespace

struct client_store::statements {
    explicit statements(connection& db) : db_(db) {}
    connection& db_;

    // The same id again is a retry of the same message: it keeps its place.
    statement add{
        db_,
        "INSERT INTO outbox(server, room, id, sent_at_ms, target_n, text, owner) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(server, id) DO UPDATE SET owner = excluded.owner"};
    statement remove{db_, "DELETE FROM outbox WHERE server = ? AND id = ?"};
    statement owners{db_, "SELECT DISTINCT owner FROM outbox WHERE server = ?"};
    statement left_by{db_,
                      "SELECT room, id, sent_at_ms, target_n, text, number FROM outbox "
                      "WHERE server = ? AND owner = ? ORDER BY number LIMIT ?"};
    statement take_over{db_, "UPDATE outbox SET owner = ? WHERE number = ?"};
    statement count{db_, "SELECT count(*) FROM outbox WHERE server = ?"};
    statement position{db_, "SELECT seq FROM positions WHERE server = ? AND room = ?"};
    statement move{db_,
                   "INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT(server, room) "
                   "DO UPDATE SET seq = max(seq, excluded.seq)"};
    statement forget{db_, "DELETE FROM positions WHERE server = ? AND room = ?"};
};

client_store::client_store(const std::string& path, const std::string& vfs)
    : db_(made_private(path, vfs), vfs) {
    prepare(db_);
    sql_ = std::make_unique<statements>(db_);
}

client_store::~client_store() = default;

template <class Change>
void client_store::in_transaction(Change change) {
    db_.execute("BEGIN IMMEDIATE");
    try {
        change();
        db_.execute("COMMIT");
    } catch (...) {
        if (db_.in_transaction()) db_.execute("ROLLBACK");
        throw;
    }
}

void client_store::add(std::string_view server, std::span<const domain::outgoing> messages,
                       std::uint64_t owner) {
    in_transaction([&] {
        for (const domain::outgoing& each : messages) {
            sql_->add.run(server, std::string_view{each.room}, each.id, each.sent_at_ms, each.target_n,
                          std::string_view{each.text}, owner);
        }
    });
}

void client_store::remove(std::string_view server, std::span<const domain::message_id> ids) {
    in_transaction([&] {
        for (const domain::message_id& id : ids) sql_->remove.run(server, id);
    });
}

std::vector<domain::outgoing> client_store::adopt(std::string_view server, std::uint64_t owner,
                                                  const owner_check& is_running) {
    std::vector<domain::outgoing> found;
    in_transaction([&] {
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
                domain::outgoing message{.room = std::string{left.text(0)},
                                         .id = id_of(left.blob(1)),
                                         .sent_at_ms = static_cast<std::int64_t>(left.integer(2)),
                                         .text = std::string{left.text(4)},
                                         .target_n = std::nullopt};
                if (!left.is_null(3)) message.target_n = left.integer(3);
                found.push_back(std::move(message));
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

std::optional<std::uint64_t> client_store::position(std::string_view server, std::string_view room) {
    std::optional<std::uint64_t> found;
    sql_->position.start(server, room);
    if (sql_->position.step()) found = sql_->position.integer(0);
    sql_->position.reset();
    return found;
}

void client_store::move_positions(std::string_view server, std::span<const domain::position> positions) {
    in_transaction([&] {
        for (const domain::position& each : positions) {
            sql_->move.run(server, std::string_view{each.room}, each.seq);
        }
    });
}

void client_store::forget_position(std::string_view server, std::string_view room) {
    sql_->forget.run(server, room);
}

}  // namespace chat_client::storage
