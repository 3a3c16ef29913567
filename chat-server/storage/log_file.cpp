#include "chat-server/storage/log_file.hpp"

#include "chat-server/storage/limits.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>

namespace chat_server::storage {

namespace {

void must(int result, const char* what) {
    if (result != SQLITE_OK) throw sqlite_error{result, what};
}

// Null when there is none.
sqlite3_file* log_of(connection& db) {
    sqlite3_file* log = nullptr;
    must(sqlite3_file_control(db.native(), nullptr, SQLITE_FCNTL_JOURNAL_POINTER, &log), "no log file");
    return log == nullptr || log->pMethods == nullptr ? nullptr : log;
}

sqlite3_int64 size_of(sqlite3_file* log) {
    sqlite3_int64 bytes = 0;
    must(log->pMethods->xFileSize(log, &bytes), "the log has no size");
    return bytes;
}

constexpr std::size_t piece_bytes = 64 * 1024;

}  // namespace

void make_log_durable(connection& db) {
    sqlite3_file* const log = log_of(db);
    if (log == nullptr) return;
    const sqlite3_int64 bytes = size_of(log);
    std::array<std::byte, piece_bytes> piece;
    for (sqlite3_int64 at = 0; at < bytes;) {
        const int count = static_cast<int>(std::min<sqlite3_int64>(bytes - at, piece.size()));
        must(log->pMethods->xRead(log, piece.data(), count, at), "the log cannot be read");
        must(log->pMethods->xWrite(log, piece.data(), count, at), "the log cannot be written");
        at += count;
    }
    if (bytes > 0) must(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), "the log cannot be synced");
}

void log_room::keep(connection& db) {
    sqlite3_file* const log = log_of(db);
    if (log == nullptr) return;
    const std::int64_t bytes = size_of(log);
    if (bytes <= bytes_) return;
    const std::int64_t wanted =
        bytes + std::clamp(bytes, limits::log_step_bytes_min, limits::log_step_bytes_max);
    static constexpr std::array<std::byte, piece_bytes> zeros{};
    for (bytes_ = bytes; bytes_ < wanted; bytes_ += piece_bytes) {
        const int result = log->pMethods->xWrite(log, zeros.data(), piece_bytes, bytes_);
        if ((result & 0xff) == SQLITE_FULL) return;
        must(result, "the log cannot be written");
    }
    must(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), "the log cannot be synced");
}

}  // namespace chat_server::storage
