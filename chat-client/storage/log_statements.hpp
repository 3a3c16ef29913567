// The statements of log_cache, prepared once. For the sources of this folder only.
#pragma once

#include "chat-client/storage/log_cache.hpp"

namespace chat_client::storage {

struct log_cache::statements {
    using statement = common::database::statement;

    explicit statements(common::database::connection& db) : db_(db) {}
    common::database::connection& db_;

    statement find_room{db_, "SELECT number FROM rooms WHERE key = ?"};
    statement add_room{db_, "INSERT INTO rooms(key, name) VALUES (?, ?)"};
    // A tombstone does not become a text again.
    statement add{db_,
                  "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON "
                  "CONFLICT(room, seq) DO UPDATE SET text = excluded.text, erased_hash = "
                  "excluded.erased_hash WHERE excluded.erased_hash IS NOT NULL"};
    statement erase{db_,
                    "UPDATE records SET text = '' WHERE (room = ? AND n = ? AND kind = 1) OR (room = "
                    "? AND target_n = ? AND kind = 2)"};
    statement note_last{db_,
                        "UPDATE rooms SET last_n = max(last_n, ?2), last_seq = max(last_seq, ?1) WHERE "
                        "number = ?3"};
    statement touching{db_,
                       "SELECT from_seq, to_seq FROM known WHERE room = ? AND from_seq <= ? AND to_seq "
                       ">= ?"};
    statement uncover{db_, "DELETE FROM known WHERE room = ? AND from_seq = ?"};
    statement cover{db_, "INSERT INTO known VALUES (?, ?, ?)"};
    statement largest{db_, "SELECT room, count(*) FROM records GROUP BY room ORDER BY 2 DESC LIMIT 1"};
    statement nth{db_, "SELECT seq FROM records WHERE room = ? ORDER BY seq LIMIT 1 OFFSET ?"};
    statement drop_records{db_, "DELETE FROM records WHERE room = ? AND seq < ?"};
    statement drop_known{db_, "DELETE FROM known WHERE room = ? AND to_seq < ?"};
    statement trim_known{db_, "UPDATE known SET from_seq = ? WHERE room = ? AND from_seq < ?"};
    statement reset_room{db_,
                         "UPDATE rooms SET last_seq = 0, last_n = 0, read_seq = 0, read_n = 0 WHERE number "
                         "= ?"};

    statement rooms{db_,
                    "SELECT key, name, topic, open, place, read_seq, read_n, last_seq, last_n, flags, "
                    "muted, draft FROM rooms ORDER BY place, key"};
    statement save_room{db_,
                        "UPDATE rooms SET name = ?, topic = ?, open = ?, place = ?, read_seq = "
                        "max(read_seq, ?), read_n = max(read_n, ?), last_seq = max(last_seq, ?), last_n = "
                        "max(last_n, ?), flags = ?, muted = ?, draft = ? WHERE key = ?"};
    statement last{db_, "SELECT last_seq, last_n FROM rooms WHERE number = ?"};
    statement history{db_, "SELECT line FROM history ORDER BY number DESC LIMIT ?"};
    statement add_history{db_, "INSERT INTO history(line) VALUES (?)"};
    statement trim_history{db_, "DELETE FROM history WHERE number <= (SELECT max(number) FROM history) - ?"};
    statement setting{db_, "SELECT value FROM settings WHERE name = ?"};
    statement set_setting{db_,
                          "INSERT INTO settings VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = "
                          "excluded.value"};

    // Records have their columns in the order of record_of().
    statement between{db_,
                      "SELECT seq, n, kind, id, author, sent_at_ms, stored_at_ms, nick, text, target_n, "
                      "action, subject, erased_hash FROM records WHERE room = ? AND seq BETWEEN ? AND ? "
                      "ORDER BY seq"};
    statement amending{db_,
                       "SELECT seq, n, kind, id, author, sent_at_ms, stored_at_ms, nick, text, target_n, "
                       "action, subject, erased_hash FROM records WHERE room = ? AND target_n BETWEEN ? "
                       "AND ? AND kind IN (2, 3, 4) ORDER BY seq"};
    statement message{db_,
                      "SELECT seq, n, kind, id, author, sent_at_ms, stored_at_ms, nick, text, target_n, "
                      "action, subject, erased_hash FROM records WHERE room = ? AND n = ? AND kind = 1"};
    statement replies{db_,
                      "SELECT seq FROM records WHERE room = ? AND target_n = ? AND kind = 1 "
                      "ORDER BY seq DESC LIMIT ?"};
    statement shown_before{db_,
                           "SELECT seq FROM records WHERE room = ? AND seq < ? AND kind IN (1, 5, 6) ORDER "
                           "BY seq DESC LIMIT 1 OFFSET ?"};
    statement shown_after{db_,
                          "SELECT seq FROM records WHERE room = ? AND seq > ? AND kind IN (1, 5, 6) ORDER "
                          "BY seq LIMIT 1 OFFSET ?"};
    statement known{db_,
                    "SELECT from_seq, to_seq FROM known WHERE room = ? AND from_seq <= ? AND to_seq "
                    ">= ? ORDER BY from_seq"};
    statement newest_known{
        db_, "SELECT from_seq, to_seq FROM known WHERE room = ? ORDER BY from_seq DESC LIMIT 1"};
    statement n_before{db_, "SELECT n FROM records WHERE room = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"};
    statement behind{db_,
                     "SELECT text, author FROM records WHERE room = ? AND seq > ? AND kind = 1 ORDER "
                     "BY seq LIMIT ?"};
};

}  // namespace chat_client::storage
