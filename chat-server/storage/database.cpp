#include "chat-server/storage/database.hpp"

#include "chat-server/domain/names.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"
#include "common/seam/mutation.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace chat_server::storage {

using common::seam::mutated;
using common::seam::mutation;
using protocol::error_code;
using protocol::chat::record_kind;

namespace {

connection& checked(connection& db, durability kept) {
    prepare_schema(db, kept);
    return db;
}

}  // namespace

database::database(options chosen)
    : options_(std::move(chosen)),
      db_(options_.path, options_.vfs),
      sql_(std::make_unique<statements>(checked(db_, options_.kept))) {
    if (options_.pages_max != 0) {
        db_.ask(("PRAGMA max_page_count = " + std::to_string(options_.pages_max)).c_str());
    }
    load_rooms();
}

database::~database() = default;

void database::load_rooms() {
    for (sql_->all_rooms.start(); sql_->all_rooms.step();) {
        room_info room;
        room.number = static_cast<room_number>(sql_->all_rooms.integer(0));
        room.name = sql_->all_rooms.text(1);
        room.topic = sql_->all_rooms.text(2);
        room_names_.emplace(room.name, room.number);
        rooms_.emplace(room.number, std::move(room));
    }
    for (auto& [number, room] : rooms_) {
        sql_->newest.start(number);
        if (!sql_->newest.step()) continue;
        room.last_seq = sql_->newest.integer(0);
        room.last_n = sql_->newest.integer(1);
        room.last_at_ms = static_cast<std::int64_t>(sql_->newest.integer(2));
        sql_->newest.reset();
        sql_->oldest.start(number);
        if (!sql_->oldest.step()) continue;
        const bool is_message = sql_->oldest.integer(2) == static_cast<std::uint64_t>(record_kind::message);
        room.first_seq = sql_->oldest.integer(0);
        room.gone_n = sql_->oldest.integer(1) - (is_message ? 1 : 0);
        sql_->oldest.reset();
    }
}

void database::begin() {
    sql_->begin.run();
}

void database::commit() {
    sql_->commit.run();
    touched_.clear();
    created_.clear();
}

void database::rollback() {
    if (db_.in_transaction()) db_.execute("ROLLBACK");
    for (auto& [number, before] : touched_) {
        if (!mutated(mutation::number_before_commit)) rooms_.at(number) = std::move(before);
    }
    for (const room_number number : created_) {
        room_names_.erase(rooms_.at(number).name);
        rooms_.erase(number);
    }
    touched_.clear();
    created_.clear();
    people_.clear();
    added_.clear();
}

room_info& database::touch(room_info& room) {
    touched_.try_emplace(room.number, room);
    return room;
}

const person& database::known_person(person_number number) {
    const auto found = people_.find(number);
    if (found != people_.end()) return found->second;
    if (people_.size() >= limits::people_cached_max) people_.clear();
    sql_->load_person.start(number);
    const bool there = sql_->load_person.step();
    assert(there && "a record's author is a person");
    person loaded{.number = number, .author = {}, .nick = {}};
    const auto author = sql_->load_person.blob(0);
    std::copy_n(author.begin(), std::min(author.size(), loaded.author.size()), loaded.author.begin());
    loaded.nick = sql_->load_person.text(1);
    sql_->load_person.reset();
    return people_.emplace(number, std::move(loaded)).first->second;
}

appended database::append(const new_record& record, std::int64_t now_ms) {
    const auto found = rooms_.find(record.room);
    if (found == rooms_.end()) return {.error = error_code::no_such_room};
    room_info& room = touch(found->second);
    if (record.target_n && (*record.target_n == 0 || *record.target_n > room.last_n)) {
        return {.error = error_code::no_such_message};
    }
    const person& author = known_person(record.author);
    const std::uint64_t seq = room.last_seq + 1;
    const std::uint64_t n = room.last_n + (record.kind == record_kind::message ? 1 : 0);
    sql_->add_record.run(record.room, seq, n, static_cast<std::uint32_t>(record.kind), record.author,
                         record.id, record.sent_at_ms, now_ms, record.target_n, std::string_view{author.nick},
                         std::string_view{record.text});
    if (db_.changes() == 0) return repeated(record);

    room.last_seq = seq;
    room.last_n = n;
    room.last_at_ms = now_ms;
    const protocol::chat::record stored{.room = record.room,
                                        .seq = seq,
                                        .n = n,
                                        .kind = record.kind,
                                        .id = record.id,
                                        .author = author.author,
                                        .sent_at_ms = record.sent_at_ms,
                                        .stored_at_ms = now_ms,
                                        .nick = author.nick,
                                        .text = record.text,
                                        .target_n = record.target_n};
    added_.try_emplace(record.room, record.room).first->second.add(stored);
    return {.room = record.room, .seq = seq, .n = n};
}

appended database::repeated(const new_record& record) {
    sql_->find_record.start(record.author, record.id);
    const bool there = sql_->find_record.step();
    assert(there && "only a repeated id keeps a record out");
    const appended first{.room = static_cast<room_number>(sql_->find_record.integer(0)),
                         .seq = sql_->find_record.integer(1),
                         .n = sql_->find_record.integer(2),
                         .repeated = true};
    sql_->find_record.reset();
    return first;
}

bool database::nick_is_free(const std::string& key) {
    sql_->nick_owner.start(std::string_view{key});
    const bool taken = sql_->nick_owner.step();
    sql_->nick_owner.reset();
    return !taken;
}

person database::open_person(const protocol::chat::author_id& author, std::string_view hint,
                             std::int64_t now_ms) {
    if (auto known = find_person(author)) return *known;
    person added{.number = 0, .author = author, .nick = {}};
    for (unsigned attempt = 0; added.nick.empty() || !nick_is_free(domain::nick_key(added.nick)); ++attempt) {
        added.nick = domain::nick_from_hint(hint, attempt);
    }
    const std::string key = domain::nick_key(added.nick);
    sql_->add_person.start(author, std::string_view{added.nick}, std::string_view{key}, now_ms);
    const bool there = sql_->add_person.step();
    assert(there);
    added.number = static_cast<person_number>(sql_->add_person.integer(0));
    sql_->add_person.reset();
    return added;
}

error_code database::rename(person_number number, const std::string& nick) {
    const std::string key = domain::nick_key(nick);
    sql_->nick_owner.start(std::string_view{key});
    const bool taken = sql_->nick_owner.step() && sql_->nick_owner.integer(0) != number;
    sql_->nick_owner.reset();
    if (taken) return error_code::name_taken;
    sql_->rename.run(std::string_view{nick}, std::string_view{key}, number);
    people_.erase(number);
    return error_code::none;
}

error_code database::create_room(const std::string& name, std::int64_t now_ms) {
    if (room_names_.contains(name)) return error_code::none;
    if (rooms_.size() >= options_.rooms_max) return error_code::quota_exceeded;
    sql_->add_room.start(std::string_view{name}, now_ms);
    const bool added = sql_->add_room.step();
    assert(added);
    room_info room;
    room.number = static_cast<room_number>(sql_->add_room.integer(0));
    room.name = name;
    sql_->add_room.reset();
    created_.push_back(room.number);
    room_names_.emplace(name, room.number);
    rooms_.emplace(room.number, std::move(room));
    return error_code::none;
}

void database::move_cursor(person_number reader, room_number room, cursor to) {
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return;
    const std::uint64_t last = found->second.last_seq;
    sql_->move_cursor.run(reader, room, std::min(to.delivered_seq, last), std::min(to.read_seq, last));
}

std::vector<domain::block_ptr> database::take_added() {
    std::vector<domain::block_ptr> all;
    for (auto& [room, builder] : added_) {
        for (domain::block_ptr& block : builder.take()) all.push_back(std::move(block));
    }
    added_.clear();
    return all;
}

// Retention keeps the newest record of a room in any case: the counters go on from it.
std::uint64_t database::expired_up_to(const room_info& room, std::int64_t now_ms) {
    std::uint64_t up_to = 0;
    const retention& keep = options_.keep;
    if (keep.records_max != 0 && room.last_seq > keep.records_max) up_to = room.last_seq - keep.records_max;
    if (keep.age_max_ms != 0) {
        std::uint64_t low = std::max(up_to + 1, room.first_seq);
        std::uint64_t high = room.last_seq;
        // The first record that is young enough; stored_at_ms hardly ever goes back.
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            sql_->kind_at.start(room.number, middle);
            const bool old = sql_->kind_at.step() &&
                             static_cast<std::int64_t>(sql_->kind_at.integer(2)) < now_ms - keep.age_max_ms;
            sql_->kind_at.reset();
            if (old) low = middle + 1;
            if (!old) high = middle;
        }
        up_to = std::max(up_to, low - 1);
    }
    return std::min(up_to, room.last_seq == 0 ? 0 : room.last_seq - 1);
}

bool database::remove_expired(std::int64_t now_ms) {
    std::uint64_t budget = limits::retention_rows_per_turn;
    for (std::size_t looked = 0; looked < rooms_.size(); ++looked) {
        auto next = rooms_.lower_bound(expiry_next_);
        if (next == rooms_.end()) next = rooms_.begin();
        room_info& room = next->second;
        const std::uint64_t up_to = expired_up_to(room, now_ms);
        if (up_to >= room.first_seq) {
            const std::uint64_t last = std::min(up_to, room.first_seq + budget - 1);
            const std::uint64_t gone_n = n_at(room, last);
            sql_->remove.run(room.number, room.first_seq, last);
            budget -= last - room.first_seq + 1;
            touch(room);
            room.first_seq = last + 1;
            room.gone_n = gone_n;
            if (last < up_to || budget == 0) return true;
        }
        expiry_next_ = room.number + 1;
    }
    return false;
}

}  // namespace chat_server::storage
