#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"
#include "common/trust/digest.hpp"
#include "protocol/wire/bytes.hpp"

#include <cassert>
#include <chrono>

namespace chat_server::storage {

namespace chat = protocol::chat;
using chat::moderation_action;
using chat::record_kind;
using domain::role;
using protocol::error_code;

namespace {

constexpr std::int64_t second_ms = 1000;

appended refused(error_code why, std::string_view reason = {}) {
    return {.error = why, .reason = reason};
}

bool points_at_message(record_kind kind) {
    return kind == record_kind::edit || kind == record_kind::deletion || kind == record_kind::reaction;
}

}  // namespace

// --- may it be stored?

appended database::judge(const room_info& room, const new_record& record, std::int64_t now_ms, target& at) {
    const domain::standing who = standing_of(room, record.author, now_ms);
    if (who.is == role::outsider) return refused(error_code::no_such_room);
    const auto bad_text = domain::check_text(record.kind, record.action, record.text);
    if (!bad_text.empty()) return refused(error_code::not_permitted, bad_text);

    domain::deed wish{.kind = record.kind, .own = false, .action = record.action};
    if (points_at_message(record.kind)) {
        const appended missing = judge_target(room, record, at);
        if (missing.error != error_code::none) return missing;
        wish.own = at.author == record.author;
    } else if (record.target_n && (*record.target_n == 0 || *record.target_n > room.last_n)) {
        return refused(error_code::no_such_message);
    }
    if (record.kind != record_kind::moderation && (record.action || record.subject)) {
        return refused(error_code::not_permitted, "only moderation has an action and a subject");
    }
    if (record.subject) {
        const auto subject = find_person(*record.subject);
        if (!subject) return refused(error_code::not_permitted, "nobody here has that key");
        const domain::standing theirs = standing_of(room, subject->number, now_ms);
        wish.subject = theirs.is;
        wish.self = subject->number == record.author;
    }
    const auto forbidden = domain::why_not(who, wish);
    if (!forbidden.empty()) return refused(error_code::not_permitted, forbidden);
    const bool paced = record.kind == record_kind::message && room.slow_seconds > 0 && who.is < role::op;
    return paced ? judge_pace(room, record, now_ms) : appended{};
}

appended database::judge_target(const room_info& room, const new_record& record, target& at) {
    const std::uint64_t n = record.target_n.value_or(0);
    if (n <= room.gone_n || n > room.last_n) return refused(error_code::no_such_message);
    at.seq = seq_of(room, n);
    sql_->author_of.start(room.number, at.seq);
    const bool there = sql_->author_of.step();
    at.author = there ? static_cast<person_number>(sql_->author_of.integer(0)) : 0;
    const bool erased = !there || sql_->author_of.integer(1) != 0;
    sql_->author_of.reset();
    if (erased) return refused(error_code::no_such_message, "the message was deleted");
    if (record.kind != record_kind::edit) return {};
    std::size_t edits = 0;
    for (sql_->edits_of.start(room.number, n); sql_->edits_of.step();) ++edits;
    if (edits >= limits::edits_max) return refused(error_code::not_permitted, "it was edited too often");
    return {};
}

appended database::judge_pace(const room_info& room, const new_record& record, std::int64_t now_ms) {
    const auto last = wrote_at_ms_.find({room.number, record.author});
    if (last == wrote_at_ms_.end()) return {};
    const std::int64_t next = last->second + room.slow_seconds * second_ms;
    if (next <= now_ms) return {};
    appended late = refused(error_code::rate_limited, "this room is in slow mode");
    late.retry_after_ms = static_cast<std::uint32_t>(std::min<std::int64_t>(next - now_ms, UINT32_MAX));
    return late;
}

// --- what it does

void database::take_effect(room_info& room, const new_record& record, const target& at, std::int64_t now_ms) {
    switch (record.kind) {
        case record_kind::message:
            if (room.slow_seconds > 0) {
                if (wrote_at_ms_.size() >= limits::paced_people_max) wrote_at_ms_.clear();
                wrote_at_ms_[{room.number, record.author}] = now_ms;
            }
            if (room.is_direct()) tell_other(room, record);
            return;
        case record_kind::deletion:
            return erase(room, record.target_n.value_or(0), at.seq);
        case record_kind::topic:
            room.topic = record.text;
            return keep(room);
        case record_kind::moderation:
            return moderate(room, record, now_ms);
        case record_kind::edit:
        case record_kind::reaction:
            return;
    }
}

void database::keep(const room_info& room) {
    sql_->keep_room.run(std::string_view{room.topic}, room.flags, room.slow_seconds, room.keep.records_max,
                        room.keep.age_max_ms, room.number);
}

// Somebody wrote in a direct room.
void database::tell_other(const room_info& room, const new_record& record) {
    const person_number other = record.author == room.low ? room.high : room.low;
    const person by = known_person(record.author);
    notices_.push_back({.what = notice::event::written_to,
                        .room = room,
                        .room_name = name_for(room, other),
                        .subject = known_person(other).author,
                        .by = by.author,
                        .nick = by.nick});
}

// The message and its edits lose their texts; hashes stay, so that the transcript's hash stays the same.
void database::erase(room_info& room, std::uint64_t n, std::uint64_t seq) {
    unindex(room, seq, n);
    notice gone{.what = notice::event::erased, .room = room, .seqs = {seq}};
    for (sql_->edits_of.start(room.number, n); sql_->edits_of.step();) {
        gone.seqs.push_back(sql_->edits_of.integer(0));
    }
    for (const std::uint64_t each : gone.seqs) {
        sql_->text_at.start(room.number, each);
        if (!sql_->text_at.step()) continue;
        const auto hash = common::trust::sha256(protocol::wire::as_bytes(sql_->text_at.text(0)));
        sql_->text_at.reset();
        sql_->erase.run(hash, room.number, each);
    }
    notices_.push_back(std::move(gone));
}

void database::moderate(room_info& room, const new_record& record, std::int64_t now_ms) {
    using namespace chat::member_flags;
    const auto subject = record.subject ? find_person(*record.subject) : std::nullopt;
    const person_number whom = subject ? subject->number : 0;
    membership theirs = membership_of(room.number, whom);
    const auto set = [&](std::uint32_t added, std::uint32_t removed) {
        theirs.flags = (theirs.flags | added) & ~removed;
        if ((theirs.flags & muted) == 0) theirs.muted_until_ms = 0;
        set_membership(room.number, whom, theirs);
    };
    switch (*record.action) {
        case moderation_action::kick:
            break;
        case moderation_action::ban:
            set(banned, chat::member_flags::op | invited);
            break;
        case moderation_action::unban:
            set(0, banned);
            break;
        case moderation_action::mute: {
            const auto seconds = domain::parse_seconds(record.text).value_or(0);
            theirs.muted_until_ms = seconds == 0 ? 0 : now_ms + seconds * second_ms;
            set(muted, 0);
            break;
        }
        case moderation_action::unmute:
            set(0, muted);
            break;
        case moderation_action::op:
            set(chat::member_flags::op, 0);
            break;
        case moderation_action::deop:
            set(0, chat::member_flags::op);
            break;
        case moderation_action::invite:
            set(invited, 0);
            break;
        case moderation_action::uninvite:
            set(0, invited);
            break;
        case moderation_action::slow:
            room.slow_seconds = domain::parse_seconds(record.text).value_or(0);
            break;
        case moderation_action::make_private:
            room.flags |= chat::room_flags::invite_only;
            invite_readers(room);
            break;
        case moderation_action::make_public:
            room.flags &= ~chat::room_flags::invite_only;
            break;
        case moderation_action::retention:
            room.keep = domain::parse_retention(record.text).value_or(domain::retention{});
            break;
    }
    if (!subject) keep(room);
    const person by = known_person(record.author);
    notices_.push_back({.what = notice::event::moderated,
                        .room = room,
                        .room_name = room.name,
                        .action = *record.action,
                        .subject = record.subject,
                        .subject_flags = flags_of(room.number, whom, now_ms),
                        .by = by.author,
                        .nick = by.nick,
                        .text = record.text});
}

// A room that becomes private shuts nobody out who has been reading it.
void database::invite_readers(const room_info& room) {
    std::vector<person_number> readers;
    for (sql_->readers_of.start(room.number); sql_->readers_of.step();) {
        readers.push_back(static_cast<person_number>(sql_->readers_of.integer(0)));
    }
    for (const person_number each : readers) {
        membership theirs = membership_of(room.number, each);
        if ((theirs.flags & chat::member_flags::banned) != 0) continue;
        theirs.flags |= chat::member_flags::invited;
        set_membership(room.number, each, theirs);
    }
}

}  // namespace chat_server::storage
