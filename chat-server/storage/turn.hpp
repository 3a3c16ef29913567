// One visit of the store to its disk thread: everything that waited, as one transaction, and some pages.
//
//   turn.prepare(db);     // the transaction, up to its last statement
//   turn.commit(db);      // makes it true, or fails all of it
//   turn.look_up(db);     // pages and lists
#pragma once

#include "chat-server/storage/sqlite_store.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace chat_server::storage {

struct sqlite_store::turn {
    std::int64_t now_ms = 0;
    std::vector<write> writes;
    std::map<cursor_key, cursor> cursors;
    std::set<person_number> seen;
    std::vector<page_read> reads;
    std::vector<query> queries;
    bool expire = false;
    std::uint32_t index_rows = 0;

    protocol::error_code failed = protocol::error_code::none;  // of the transaction
    std::string fatal;                                         // one line; empty: go on
    std::vector<domain::block_ptr> added;
    std::vector<notice> notices;
    bool wrote = false;
    bool more_to_expire = false;
    bool more_to_index = false;
    std::uint64_t unindexed = 0;  // records that the search index has still to take in

    void prepare(database& db);
    void commit(database& db);
    void look_up(database& db);

  private:
    void fail(database& db, const sqlite_error& why);
};

}  // namespace chat_server::storage
