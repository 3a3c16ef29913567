// The statements of the chat's store, prepared once.
#pragma once

#include "chat-server/storage/sqlite.hpp"
#include "protocol/chat/answers.hpp"

#include <string>

namespace chat_server::storage {

// The columns of a record in the order of record_of().
inline constexpr const char* record_columns =
    "room, seq, n, kind, person, id, sent_at_ms, stored_at_ms, target_n, nick, text, action, subject, erased";
inline constexpr int person_column = 4;

// Without its author, whom the column `person` names. Its texts are valid until the next step.
protocol::chat::record record_of(const statement& row);

struct statements {
    explicit statements(connection& to) : db(to) {}

    static std::string select_records(const char* where) {
        return std::string{"SELECT "} + record_columns + " FROM records WHERE " + where;
    }

    connection& db;
    statement begin{db, "BEGIN IMMEDIATE"};
    statement commit{db, "COMMIT"};

    statement add_record{db,
                         "INSERT OR IGNORE INTO records(room, seq, n, kind, person, id, sent_at_ms, "
                         "stored_at_ms, target_n, nick, text, action, subject) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    statement find_record{db, "SELECT room, seq, n FROM records WHERE person = ? AND id = ?"};
    statement find_gone{db, "SELECT room, seq, n FROM gone_ids WHERE person = ? AND id = ?"};

    statement add_person{
        db,
        "INSERT INTO people(author, nick, nick_key, first_seen_ms, last_seen_ms) VALUES (?1, ?2, ?3, ?4, ?4) "
        "RETURNING person"};
    statement find_person{db, "SELECT person, nick, away FROM people WHERE author = ?"};
    statement load_person{db, "SELECT author, nick FROM people WHERE person = ?"};
    statement nick_owner{db, "SELECT person FROM people WHERE nick_key = ?"};
    statement seen_at{db, "SELECT first_seen_ms, last_seen_ms FROM people WHERE person = ?"};
    statement set_away{db, "UPDATE people SET away = ? WHERE person = ?"};
    statement note_seen{db, "UPDATE people SET last_seen_ms = ? WHERE person = ?"};
    statement rename{db, "UPDATE people SET nick = ?, nick_key = ? WHERE person = ?"};

    statement add_room{
        db,
        "INSERT INTO rooms(name, created_at_ms, flags, owner, low, high) VALUES (?, ?, ?, ?, ?, ?) RETURNING "
        "room"};
    statement all_rooms{
        db,
        "SELECT room, name, topic, flags, owner, low, high, slow_seconds, keep_records, keep_ms, "
        "gone_seq, gone_n, gone_at_ms, gone_chain, indexed_seq FROM rooms ORDER BY room"};
    statement newest{db, "SELECT seq, n, stored_at_ms FROM records WHERE room = ? ORDER BY seq DESC LIMIT 1"};
    statement keep_room{
        db,
        "UPDATE rooms SET topic = ?, flags = ?, slow_seconds = ?, keep_records = ?, keep_ms = ? "
        "WHERE room = ?"};
    statement rooms_of_pair{db, "SELECT room FROM rooms WHERE low = ?1 OR high = ?1"};

    statement all_members{db, "SELECT room, person, flags, muted_until_ms FROM members"};
    statement keep_member{db,
                          "INSERT OR REPLACE INTO members(room, person, flags, muted_until_ms) "
                          "VALUES (?, ?, ?, ?)"};
    statement drop_member{db, "DELETE FROM members WHERE room = ? AND person = ?"};
    statement rooms_invited{db, "SELECT room FROM members WHERE person = ? AND (flags & 64) != 0"};
    statement readers_of{db, "SELECT person FROM cursors WHERE room = ?"};
    statement rooms_read{db, "SELECT room FROM cursors WHERE person = ?"};

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
    statement read{db, select_records("room = ? AND seq BETWEEN ? AND ? ORDER BY seq").c_str()};
    statement read_again{db, select_records("room = ? AND seq = ?").c_str()};

    // What changes messages: see the index records_amending.
    statement author_of{db, "SELECT person, erased IS NOT NULL FROM records WHERE room = ? AND seq = ?"};
    statement edits_of{db,
                       "SELECT seq FROM records INDEXED BY records_amending WHERE room = ? AND target_n = ? "
                       "AND kind BETWEEN 2 AND 4 AND kind = 2 ORDER BY seq"};
    statement newest_edit{
        db,
        "SELECT seq FROM records INDEXED BY records_amending WHERE room = ? AND target_n = ? "
        "AND seq <= ? AND kind BETWEEN 2 AND 4 AND kind = 2 ORDER BY seq DESC LIMIT 1"};
    statement amending{db,
                       "SELECT seq, target_n, kind, person, CASE kind WHEN 4 THEN text END "
                       "FROM records INDEXED BY records_amending WHERE room = ? AND target_n BETWEEN ? AND ? "
                       "AND kind BETWEEN 2 AND 4 AND seq > ? ORDER BY target_n, seq"};
    statement text_at{db, "SELECT text, erased IS NOT NULL FROM records WHERE room = ? AND seq = ?"};
    statement erase{db, "UPDATE records SET text = '', erased = ? WHERE room = ? AND seq = ?"};

    statement chain_before{
        db, "SELECT seq, chain FROM chains WHERE room = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"};
    statement add_chain{db, "INSERT INTO chains(room, seq, chain) VALUES (?, ?, ?)"};

    // The search index: contentless, so whoever takes a text out must say what it was.
    statement add_search_row{db,
                             "INSERT INTO search_rows(room, seq, person, stored_at_ms) VALUES (?, ?, ?, ?) "
                             "RETURNING g"};
    statement search_row{db, "SELECT g FROM search_rows WHERE room = ? AND seq = ?"};
    statement search_rows_between{db, "SELECT seq FROM search_rows WHERE room = ? AND seq BETWEEN ? AND ?"};
    statement drop_search_row{db, "DELETE FROM search_rows WHERE g = ?"};
    statement add_words{db, "INSERT INTO search_words(rowid, text, place) VALUES (?, ?, ?)"};
    statement drop_words{
        db, "INSERT INTO search_words(search_words, rowid, text, place) VALUES ('delete', ?, ?, ?)"};
    statement keep_indexed{db, "UPDATE rooms SET indexed_seq = ? WHERE room = ?"};
    statement search{db,
                     "SELECT g, room, seq, person, stored_at_ms FROM search_words "
                     "JOIN search_rows ON g = search_words.rowid "
                     "WHERE search_words MATCH ? AND search_words.rowid < ? "
                     "ORDER BY search_words.rowid DESC"};
    statement search_all{db,
                         "SELECT g, room, seq, person, stored_at_ms FROM search_rows WHERE g < ? "
                         "ORDER BY g DESC"};

    statement kind_at{db, "SELECT n, kind, stored_at_ms FROM records WHERE room = ? AND seq = ?"};
    statement remove{db, "DELETE FROM records WHERE room = ? AND seq BETWEEN ? AND ?"};
    statement remove_chains{db, "DELETE FROM chains WHERE room = ? AND seq <= ?"};
    statement keep_gone{db,
                        "UPDATE rooms SET gone_seq = ?, gone_n = ?, gone_at_ms = ?, gone_chain = ? "
                        "WHERE room = ?"};
    statement remember_ids{db,
                           "INSERT OR IGNORE INTO gone_ids(person, id, room, seq, n, gone_at_ms) "
                           "SELECT person, id, room, seq, n, ? FROM records "
                           "WHERE room = ? AND seq BETWEEN ? AND ? AND (stored_at_ms >= ? OR seq > ?)"};
    statement forget_ids{db,
                         "DELETE FROM gone_ids WHERE removal IN (SELECT removal FROM gone_ids "
                         "WHERE gone_at_ms < ? AND removal <= (SELECT max(removal) FROM gone_ids) - ? "
                         "ORDER BY removal LIMIT ?)"};
    statement any_gone_id{db, "SELECT 1 FROM gone_ids LIMIT 1"};
};

}  // namespace chat_server::storage
