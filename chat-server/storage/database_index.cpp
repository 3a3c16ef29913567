#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"

#include <algorithm>

namespace chat_server::storage {

using protocol::chat::record_kind;

namespace {

// A word that only records of this room have, to search in one room.
std::string place_of(room_number room) {
    return "r" + std::to_string(room);
}

}  // namespace

void database::set_indexed(room_info& room, std::uint64_t seq) {
    room.indexed_seq = seq;
    sql_->keep_indexed.run(seq, room.number);
}

std::uint64_t database::unindexed() const {
    std::uint64_t count = 0;
    for (const room_number number : behind_) {
        const room_info& room = rooms_.at(number);
        count += room.last_seq - std::min(room.last_seq, std::max(room.indexed_seq, room.first_seq - 1));
    }
    return count;
}

bool database::index_some(std::uint32_t rows) {
    while (rows > 0 && !behind_.empty()) {
        const room_number number = *behind_.begin();
        room_info& room = touch(rooms_.at(number));
        const std::uint64_t from = std::max(room.indexed_seq + 1, room.first_seq);
        const std::uint64_t to = std::min(room.last_seq, from + rows - 1);
        std::size_t bytes = 0;
        std::uint64_t done = from - 1;
        for (std::uint64_t seq = from; seq <= to && bytes < limits::index_bytes_max; ++seq) {
            done = seq;
            auto& row = sql_->read_again;
            row.start(number, seq);
            if (!row.step()) continue;
            const auto author = static_cast<person_number>(row.integer(person_column));
            const protocol::chat::record record = record_of(row);
            bytes += record.text.size();
            index(room, record, author);
            row.reset();
        }
        if (done > room.indexed_seq) set_indexed(room, done);
        if (done >= room.last_seq) behind_.erase(number);
        const std::uint64_t count = done + 1 - from;
        rows -= static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, std::max<std::uint64_t>(count, 1)));
        if (bytes >= limits::index_bytes_max) break;
    }
    return !behind_.empty();
}

void database::index(room_info& room, const protocol::chat::record& record, person_number author) {
    if (record.erased_hash) return;
    const std::string place = place_of(room.number);
    if (record.kind == record_kind::message) {
        sql_->add_search_row.start(room.number, record.seq, author, record.stored_at_ms);
        sql_->add_search_row.step();
        const std::uint64_t g = sql_->add_search_row.integer(0);
        sql_->add_search_row.reset();
        sql_->add_words.run(g, record.text, std::string_view{place});
        return;
    }
    if (record.kind != record_kind::edit || record.target_n.value_or(0) <= room.gone_n) return;
    const std::uint64_t changed = seq_of(room, *record.target_n);
    sql_->search_row.start(room.number, changed);
    if (!sql_->search_row.step()) return;
    const std::uint64_t g = sql_->search_row.integer(0);
    sql_->search_row.reset();
    const std::string before = text_of(room, changed, *record.target_n, record.seq - 1);
    sql_->drop_words.run(g, std::string_view{before}, std::string_view{place});
    sql_->add_words.run(g, record.text, std::string_view{place});
}

// As it was taken in: what the index holds is not what the message says, when an edit is not indexed yet.
void database::unindex(const room_info& room, std::uint64_t seq, std::uint64_t n) {
    if (seq > room.indexed_seq) return;
    sql_->search_row.start(room.number, seq);
    if (!sql_->search_row.step()) return;
    const std::uint64_t g = sql_->search_row.integer(0);
    sql_->search_row.reset();
    const std::string text = text_of(room, seq, n, room.indexed_seq);
    const std::string place = place_of(room.number);
    sql_->drop_words.run(g, std::string_view{text}, std::string_view{place});
    sql_->drop_search_row.run(g);
}

// What message `n` said when the record `as_of_seq` was the newest.
std::string database::text_of(const room_info& room, std::uint64_t seq, std::uint64_t n,
                              std::uint64_t as_of_seq) {
    std::uint64_t at = seq;
    sql_->newest_edit.start(room.number, n, as_of_seq);
    if (sql_->newest_edit.step()) at = sql_->newest_edit.integer(0);
    sql_->newest_edit.reset();
    sql_->text_at.start(room.number, at);
    std::string text;
    if (sql_->text_at.step()) text = sql_->text_at.text(0);
    sql_->text_at.reset();
    return text;
}

}  // namespace chat_server::storage
