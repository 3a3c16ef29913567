#include "chat-server/storage/log_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>

namespace chat_server::storage {

namespace {

void must(int result, const char* what) {
    if (result != SQLITE_OK) throw sqlite_error{result, what};
}

}  // namespace

void make_log_durable(connection& db) {
    sqlite3_file* log = nullptr;
    must(sqlite3_file_control(db.native(), nullptr, SQLITE_FCNTL_JOURNAL_POINTER, &log), "no log file");
    if (log == nullptr || log->pMethods == nullptr) return;
    sqlite3_int64 bytes = 0;
    must(log->pMethods->xFileSize(log, &bytes), "the log has no size");
    std::array<std::byte, 64 * 1024> piece;
    for (sqlite3_int64 at = 0; at < bytes;) {
        const int count = static_cast<int>(std::min<sqlite3_int64>(bytes - at, piece.size()));
        must(log->pMethods->xRead(log, piece.data(), count, at), "the log cannot be read");
        must(log->pMethods->xWrite(log, piece.data(), count, at), "the log cannot be written");
        at += count;
    }
    if (bytes > 0) must(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), "the log cannot be synced");
}

}  // namespace chat_server::storage
