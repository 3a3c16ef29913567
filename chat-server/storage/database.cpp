#include "chat-server/storage/database.hpp"

#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"
#include "chat-server/storage/transcript.hpp"
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
    auto& row = sql_->all_rooms;
    for (row.start(); row.step();) {
        room_info room;
        room.number = static_cast<room_number>(row.integer(0));
        room.name = row.text(1);
        room.topic = row.text(2);
        room.flags = static_cast<std::uint32_t>(row.integer(3));
        room.owner = static_cast<person_number>(row.integer(4));
        room.low = static_cast<person_number>(row.integer(5));
        room.high = static_cast<person_number>(row.integer(6));
        room.slow_seconds = static_cast<std::uint32_t>(row.integer(7));
        room.keep = {.records_max = row.integer(8), .age_max_ms = static_cast<std::int64_t>(row.integer(9))};
        room.indexed_seq = row.integer(14);
        room.first_seq = row.integer(10) + 1;
        room.last_seq = row.integer(10);
        room.gone_n = room.last_n = row.integer(11);
        room.last_at_ms = static_cast<std::int64_t>(row.integer(12));
        const auto chain = row.blob(13);
        std::copy_n(chain.begin(), std::min(chain.size(), room.gone_chain.size()), room.gone_chain.begin());
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
        if (room.indexed_seq < room.last_seq) behind_.insert(number);
    }
    sql_->any_gone_id.start();
    remembers_gone_ = sql_->any_gone_id.step();
    sql_->any_gone_id.reset();
    auto& member = sql_->all_members;
    for (member.start(); member.step();) {
        members_.emplace(member_key{static_cast<room_number>(member.integer(0)),
                                    static_cast<person_number>(member.integer(1))},
                         membership{.flags = static_cast<std::uint32_t>(member.integer(2)),
                                    .muted_until_ms = static_cast<std::int64_t>(member.integer(3))});
    }
}

void database::begin() {
    if (options_.kept == durability::full) log_.keep(db_);
    sql_->begin.run();
}

void database::commit() {
    sql_->commit.run();
    for (const auto& [number, before] : touched_) {
        const room_info& room = rooms_.at(number);
        if (room.indexed_seq < room.last_seq) behind_.insert(number);
    }
    touched_.clear();
    created_.clear();
    members_before_.clear();
}

void database::rollback() {
    if (db_.in_transaction()) db_.execute("ROLLBACK");
    for (auto& [number, before] : touched_) {
        chains_.erase(number);
        if (!mutated(mutation::number_before_commit)) rooms_.at(number) = std::move(before);
    }
    for (const room_number number : created_) {
        room_names_.erase(rooms_.at(number).name);
        rooms_.erase(number);
        behind_.erase(number);
    }
    for (const auto& [number, before] : touched_) {
        const auto room = rooms_.find(number);
        if (room != rooms_.end() && room->second.indexed_seq < room->second.last_seq) behind_.insert(number);
    }
    while (!members_before_.empty()) {
        const auto& [key, before] = members_before_.back();
        if (before == membership{}) {
            members_.erase(key);
        } else {
            members_[key] = before;
        }
        members_before_.pop_back();
    }
    touched_.clear();
    created_.clear();
    people_.clear();
    added_.clear();
    notices_.clear();
    wrote_at_ms_.clear();
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
    target at;
    const appended refused = judge(found->second, record, now_ms, at);
    if (refused.error != error_code::none) {
        // What was stored stays stored, whatever has become forbidden since.
        return earlier(record).value_or(refused);
    }
    if (remembers_gone_) {
        if (const auto gone = earlier(record)) return *gone;
    }
    room_info& room = touch(found->second);
    chain_of(room);
    const protocol::chat::record stored = insert(room, record, now_ms);
    if (stored.seq == 0) {
        const auto first = earlier(record);
        assert(first && "only a repeated id keeps a record out");
        return *first;
    }
    extend_chain(room, stored);
    added_.try_emplace(record.room, record.room).first->second.add(stored);
    take_effect(room, record, at, now_ms);
    return {.room = record.room, .seq = stored.seq, .n = stored.n};
}

// With seq 0: its id was there already.
protocol::chat::record database::insert(room_info& room, const new_record& record, std::int64_t now_ms) {
    const person& author = known_person(record.author);
    const std::uint64_t seq = room.last_seq + 1;
    const std::uint64_t n = room.last_n + (record.kind == record_kind::message ? 1 : 0);
    std::optional<std::uint32_t> action;
    if (record.action) action = static_cast<std::uint32_t>(*record.action);
    sql_->add_record.run(record.room, seq, n, static_cast<std::uint32_t>(record.kind), record.author,
                         record.id, record.sent_at_ms, now_ms, record.target_n, std::string_view{author.nick},
                         std::string_view{record.text}, action, record.subject);
    if (db_.changes() == 0) return {};
    room.last_seq = seq;
    room.last_n = n;
    room.last_at_ms = now_ms;
    return {.room = record.room,
            .seq = seq,
            .n = n,
            .kind = record.kind,
            .id = record.id,
            .author = author.author,
            .sent_at_ms = record.sent_at_ms,
            .stored_at_ms = now_ms,
            .nick = author.nick,
            .text = record.text,
            .target_n = record.target_n,
            .action = record.action,
            .subject = record.subject};
}

std::optional<appended> database::earlier(const new_record& record) {
    for (statement* each : {&sql_->find_record, &sql_->find_gone}) {
        each->start(record.author, record.id);
        if (!each->step()) continue;
        const appended first{.room = static_cast<room_number>(each->integer(0)),
                             .seq = each->integer(1),
                             .n = each->integer(2),
                             .repeated = true};
        each->reset();
        return first;
    }
    return std::nullopt;
}

void database::extend_chain(const room_info& room, const protocol::chat::record& added) {
    protocol::chat::chain_hash& chain = chain_of(room);
    chain = next_chain(chain, added);
    if (added.seq % chain_interval == 0) sql_->add_chain.run(room.number, added.seq, chain);
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

}  // namespace chat_server::storage
