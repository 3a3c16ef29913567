// Makes what SQLite's log already says durable, once, at start.
//
// After a failed sync the system may keep pages that never reached the disk as if they had: they read well,
// are never written again, and are gone after a power failure, together with everything that was committed on
// top of them. So a process that starts on the log of another writes its bytes anew and syncs them before it
// adds to it.
#pragma once

#include "chat-server/storage/sqlite.hpp"

namespace chat_server::storage {

// After the first read of a database in exclusive mode: nobody else writes the log. Throws sqlite_error.
void make_log_durable(connection& db);

}  // namespace chat_server::storage
