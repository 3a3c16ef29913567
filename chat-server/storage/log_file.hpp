// Makes what SQLite's log already says durable, once, at start.
//
// After a failed sync the system may keep pages that never reached the disk as if they had: they read well,
// are never written again, and are gone after a power failure, together with everything that was committed on
// top of them. So a process that starts on the log of another writes its bytes anew and syncs them before it
// adds to it.
#pragma once

#include "chat-server/storage/sqlite.hpp"

#include <cstdint>

namespace chat_server::storage {

// After the first read of a database in exclusive mode: nobody else writes the log. Throws sqlite_error.
void make_log_durable(connection& db);

// Keeps SQLite's log larger than what is in it. A commit that makes a file longer has more to sync than one
// that writes where the file has bytes already: with a short transaction, half as much again. So whenever the
// log has grown, it is made longer by a step of zeros, which say nothing to whoever reads it.
class log_room {
  public:
    // Between two transactions. A full disk is left to the transaction that it concerns. Throws sqlite_error.
    void keep(connection& db);

  private:
    std::int64_t bytes_ = -1;
};

}  // namespace chat_server::storage
