#include "chat-server/storage/turn.hpp"

namespace chat_server::storage {

using protocol::error_code;

void sqlite_store::turn::prepare(database& db) {
    expire = expire && db.expires();
    if (!db.is_behind() && writes.empty()) index_rows = 0;
    if (writes.empty() && cursors.empty() && seen.empty() && !expire && index_rows == 0) return;
    try {
        db.begin();
        // Cursors first: whoever opens a room in this turn finds them.
        for (const auto& [key, at] : cursors) db.move_cursor(key.first, key.second, at);
        for (const person_number who : seen) db.note_seen(who, now_ms);
        for (write& each : writes) each.apply(db, now_ms);
        if (expire) more_to_expire = db.remove_expired(now_ms);
        if (index_rows > 0) more_to_index = db.index_some(index_rows);
        added = db.take_added();
        notices = db.take_notices();
        wrote = true;
    } catch (const sqlite_error& why) {
        fail(db, why);
    }
}

void sqlite_store::turn::commit(database& db) {
    if (!wrote) return;
    try {
        db.commit();
    } catch (const sqlite_error& why) {
        wrote = false;
        added.clear();
        notices.clear();
        fail(db, why);
    }
}

void sqlite_store::turn::look_up(database& db) {
    if (!fatal.empty()) {
        for (page_read& page : reads) page.answer.error = error_code::storage_failed;
        return;
    }
    try {
        for (page_read& page : reads) page.answer = db.read(page.request);
        for (query& each : queries) each.ask(db, now_ms);
        unindexed = db.unindexed();
    } catch (const sqlite_error& why) {
        fatal = std::string{"reading the database failed: "} + why.what();
        for (page_read& page : reads) page.answer = {.error = error_code::storage_failed};
    }
}

void sqlite_store::turn::fail(database& db, const sqlite_error& why) {
    failed = why.is_full() ? error_code::no_space : error_code::storage_failed;
    if (!why.is_full()) fatal = std::string{"writing the database failed: "} + why.what();
    try {
        db.rollback();
    } catch (const sqlite_error& second) {
        failed = error_code::storage_failed;
        fatal = std::string{"undoing a failed transaction failed: "} + second.what();
    }
}

}  // namespace chat_server::storage
