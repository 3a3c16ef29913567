#include "common/database/sqlite.hpp"

#include <sqlite3.h>

#include <cassert>

namespace common::database {
namespace {

[[noreturn]] void fail(sqlite3* db) {
    throw sqlite_error{sqlite3_extended_errcode(db), sqlite3_errmsg(db)};
}

}  // namespace

bool sqlite_error::is_full() const {
    return (code_ & 0xff) == SQLITE_FULL;
}
bool sqlite_error::is_corrupt() const {
    return (code_ & 0xff) == SQLITE_CORRUPT || (code_ & 0xff) == SQLITE_NOTADB;
}
bool sqlite_error::is_busy() const {
    return (code_ & 0xff) == SQLITE_BUSY || (code_ & 0xff) == SQLITE_LOCKED;
}

connection::connection(const std::string& path, const std::string& vfs) {
    // Statistics that nobody reads would take a lock at every allocation.
    static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(configured);
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int result = sqlite3_open_v2(path.c_str(), &native_, flags, vfs.empty() ? nullptr : vfs.c_str());
    if (result == SQLITE_OK) return;
    const sqlite_error error{result, native_ != nullptr ? sqlite3_errmsg(native_) : "out of memory"};
    sqlite3_close_v2(native_);
    throw error;
}

connection::~connection() {
    sqlite3_close_v2(native_);
}

void connection::execute(const char* sql) {
    if (sqlite3_exec(native_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(native_);
}

std::string connection::ask(const char* sql) {
    statement query{*this, sql};
    query.start();
    return query.step() ? std::string{query.text(0)} : std::string{};
}

bool connection::in_transaction() const {
    return sqlite3_get_autocommit(native_) == 0;
}

int connection::changes() const {
    return sqlite3_changes(native_);
}

statement::statement(connection& db, const char* sql) {
    if (sqlite3_prepare_v3(db.native(), sql, -1, SQLITE_PREPARE_PERSISTENT, &native_, nullptr) != SQLITE_OK) {
        fail(db.native());
    }
}

statement::~statement() {
    sqlite3_finalize(native_);
}

bool statement::step() {
    const int result = sqlite3_step(native_);
    if (result == SQLITE_ROW) return true;
    sqlite3* const db = sqlite3_db_handle(native_);
    if (result != SQLITE_DONE) {
        const sqlite_error error{sqlite3_extended_errcode(db), sqlite3_errmsg(db)};
        sqlite3_reset(native_);
        throw error;
    }
    sqlite3_reset(native_);
    return false;
}

void statement::reset() {
    sqlite3_reset(native_);
}

bool statement::is_null(int column) const {
    return sqlite3_column_type(native_, column) == SQLITE_NULL;
}

std::uint64_t statement::integer(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(native_, column));
}

std::string_view statement::text(int column) const {
    const auto* from = reinterpret_cast<const char*>(sqlite3_column_text(native_, column));
    return from == nullptr
               ? std::string_view{}
               : std::string_view{from, static_cast<std::size_t>(sqlite3_column_bytes(native_, column))};
}

std::span<const std::byte> statement::blob(int column) const {
    const auto* from = static_cast<const std::byte*>(sqlite3_column_blob(native_, column));
    return {from, from == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(native_, column))};
}

void statement::bind(int at, std::uint64_t value) {
    check(sqlite3_bind_int64(native_, at, static_cast<sqlite3_int64>(value)));
}

void statement::bind(int at, std::string_view value) {
    // A null pointer would bind NULL; an empty text is not that.
    const char* from = value.empty() ? "" : value.data();
    check(sqlite3_bind_text64(native_, at, from, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void statement::bind(int at, std::span<const std::byte> value) {
    check(sqlite3_bind_blob64(native_, at, value.data(), value.size(), SQLITE_STATIC));
}

void statement::bind_null(int at) {
    check(sqlite3_bind_null(native_, at));
}

void statement::check(int result) const {
    if (result != SQLITE_OK) fail(sqlite3_db_handle(native_));
}

}  // namespace common::database
