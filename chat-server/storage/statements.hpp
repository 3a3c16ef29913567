// The statements of the chat's store, prepared once.
#pragma once

#include "chat-server/storage/sqlite.hpp"

namespace chat_server::storage {

struct statements {
    explicit statements(connection& to) : db(to) {}

    connection& db;
    statement begin{db, "BEGIN IMMEDIATE"};
    statement commit{db, "COMMIT"};

    statement add_record{db,
                         "INSERT OR IGNORE INTO records(room, seq, n, kind, person, id, sent_at_ms, "
                         "stored_at_ms, target_n, nick, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    statement find_record{db, "SELECT room, seq, n FROM records WHERE person = ? AND id = ?"};

    statement add_person{
        db, "INSERT INTO people(author, nick, nick_key, first_seen_ms) VALUES (?, ?, ?, ?) RETURNING person"};
    statement find_person{db, "SELECT person, nick FROM people WHERE author = ?"};
    statement load_person{db, "SELECT author, nick FROM people WHERE person = ?"};
    statement nick_owner{db, "SELECT person FROM people WHERE nick_key = ?"};
    statement rename{db, "UPDATE people SET nick = ?, nick_key = ? WHERE person = ?"};

    statement add_room{db, "INSERT INTO rooms(name, created_at_ms) VALUES (?, ?) RETURNING room"};
    statement all_rooms{db, "SELECT room, name, topic FROM rooms ORDER BY room"};
    statement newest{db, "SELECT seq, n, stored_at_ms FROM records WHERE room = ? ORDER BY seq DESC LIMIT 1"};
    statement oldest{db, "SELECT seq, n, kind FROM records WHERE room = ? ORDER BY seq LIMIT 1"};

    statement find_cursor{db, "SELECT delivered_seq, read_seq FROM cursors WHERE person = ? AND room = ?"};
    statement move_cursor{db,
                          "INSERT INTO cursors(person, room, delivered_seq, read_seq) VALUES (?, ?, ?, ?) "
                          "ON CONFLICT(person, room) DO UPDATE SET "
                          "delivered_seq = max(delivered_seq, excluded.delivered_seq), "
                          "read_seq = max(read_seq, excluded.read_seq)"};

    statement n_at{db, "SELECT n FROM records WHERE room = ? AND seq = ?"};
    statement sizes_back{db,
                         "SELECT seq, length(CAST(nick AS BLOB)) + length(CAST(text AS BLOB)) FROM records "
                         "WHERE room = ? AND seq BETWEEN ? AND ? ORDER BY seq DESC"};
    statement read{db,
                   "SELECT seq, n, kind, person, id, sent_at_ms, stored_at_ms, target_n, nick, text "
                   "FROM records WHERE room = ? AND seq BETWEEN ? AND ? ORDER BY seq"};

    statement kind_at{db, "SELECT n, kind, stored_at_ms FROM records WHERE room = ? AND seq = ?"};
    statement remove{db, "DELETE FROM records WHERE room = ? AND seq BETWEEN ? AND ?"};
};

}  // namespace chat_server::storage
