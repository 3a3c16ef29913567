#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace chat_server::storage {

namespace chat = protocol::chat;
using domain::role;
using protocol::error_code;

void database::note_admin(person_number who, bool admin) {
    if (admin) admins_.insert(who);
    if (!admin) admins_.erase(who);
}

// What a room is called where names are unique: a direct one after its two people, whatever their nicks are.
std::optional<std::string> database::stored_name(const room_request& request, person_number& other) {
    if (!request.direct) return request.name;
    const auto known = person_of_nick(request.name);
    if (!known || *known == request.reader) return std::nullopt;
    other = *known;
    const auto [low, high] = std::minmax(request.reader, other);
    return "@" + std::to_string(low) + ":" + std::to_string(high);
}

error_code database::create_room(const room_request& request, std::int64_t now_ms) {
    person_number other = 0;
    const auto name = stored_name(request, other);
    if (!name) return error_code::no_such_room;
    if (room_names_.contains(*name)) return error_code::none;
    if (rooms_.size() >= options_.rooms_max) return error_code::quota_exceeded;
    room_info room;
    room.name = *name;
    if (request.direct) {
        room.flags = chat::room_flags::direct | chat::room_flags::invite_only;
        std::tie(room.low, room.high) = std::minmax(request.reader, other);
    } else {
        room.owner = request.reader;
    }
    sql_->add_room.start(std::string_view{room.name}, now_ms, room.flags, room.owner, room.low, room.high);
    const bool added = sql_->add_room.step();
    assert(added);
    room.number = static_cast<room_number>(sql_->add_room.integer(0));
    sql_->add_room.reset();
    created_.push_back(room.number);
    room_names_.emplace(room.name, room.number);
    rooms_.emplace(room.number, std::move(room));
    return error_code::none;
}

error_code database::open_room(const room_request& request, opened_room& opened, std::int64_t now_ms) {
    person_number other = 0;
    const auto stored = stored_name(request, other);
    const auto name = stored ? room_names_.find(*stored) : room_names_.end();
    if (name == room_names_.end()) return error_code::no_such_room;
    const room_info& room = rooms_.at(name->second);
    if (!may_enter(room, request.reader)) {
        return is_banned(room, request.reader) && !room.is_private() ? error_code::banned
                                                                     : error_code::no_such_room;
    }
    opened.room = room;
    opened.position = cursor_of(request.reader, room.number);
    opened.read_n = n_at(room, opened.position.read_seq);
    opened.next_seq = next_seq_for(room, request, opened.position);
    opened.shown_name = name_for(room, request.reader);
    opened.member_flags = flags_of(room.number, request.reader, now_ms);
    opened.chain = chain_at(room, opened.next_seq - 1);
    return error_code::none;
}

// --- what somebody is in a room

membership database::membership_of(room_number room, person_number who) const {
    const auto found = members_.find({room, who});
    return found == members_.end() ? membership{} : found->second;
}

void database::set_membership(room_number room, person_number who, const membership& to) {
    const member_key key{room, who};
    const membership before = membership_of(room, who);
    if (before == to) return;
    members_before_.emplace_back(key, before);
    if (to == membership{}) {
        members_.erase(key);
        sql_->drop_member.run(room, who);
    } else {
        members_[key] = to;
        sql_->keep_member.run(room, who, to.flags, to.muted_until_ms);
    }
}

bool database::is_banned(const room_info& room, person_number who) const {
    return (membership_of(room.number, who).flags & chat::member_flags::banned) != 0 &&
           !admins_.contains(who);
}

bool database::may_enter(const room_info& room, person_number who) const {
    if (room.is_direct()) return who == room.low || who == room.high;
    if (room.owner == who || admins_.contains(who)) return true;
    const std::uint32_t flags = members_.empty() ? 0 : membership_of(room.number, who).flags;
    if ((flags & chat::member_flags::banned) != 0) return false;
    return !room.is_private() || (flags & (chat::member_flags::op | chat::member_flags::invited)) != 0;
}

std::uint32_t database::flags_of(room_number number, person_number who, std::int64_t now_ms) const {
    const room_info* room = find_room(number);
    if (room == nullptr) return 0;
    const membership kept = membership_of(number, who);
    std::uint32_t flags = kept.flags;
    if (kept.muted_until_ms != 0 && kept.muted_until_ms <= now_ms) flags &= ~chat::member_flags::muted;
    if (room->owner == who) flags |= chat::member_flags::owner;
    if (admins_.contains(who)) flags |= chat::member_flags::admin;
    return flags;
}

member_state database::state_of(room_number number, person_number who, std::int64_t now_ms) {
    const room_info* room = find_room(number);
    if (room == nullptr) return {};
    member_state state{.position = cursor_of(who, number)};
    state.read_n = n_at(*room, state.position.read_seq);
    state.flags = flags_of(number, who, now_ms);
    return state;
}

domain::standing database::standing_of(const room_info& room, person_number who, std::int64_t now_ms) const {
    domain::standing standing{.is = role::member, .muted = false, .direct = room.is_direct()};
    if (!may_enter(room, who)) standing.is = role::outsider;
    if (room.is_direct() || (members_.empty() && admins_.empty() && room.owner != who)) return standing;
    const std::uint32_t flags = flags_of(room.number, who, now_ms);
    standing.muted = (flags & chat::member_flags::muted) != 0;
    if ((flags & chat::member_flags::op) != 0) standing.is = role::op;
    if ((flags & chat::member_flags::owner) != 0) standing.is = role::owner;
    if ((flags & chat::member_flags::admin) != 0) standing.is = role::admin;
    return standing;
}

// --- lists

std::string database::name_for(const room_info& room, person_number who) {
    if (!room.is_direct()) return room.name;
    return "@" + known_person(who == room.low ? room.high : room.low).nick;
}

listed_room database::listed(const room_info& room, person_number who, bool with_cursor) {
    return {.room = room,
            .shown_name = name_for(room, who),
            .read_n = with_cursor ? n_at(room, cursor_of(who, room.number).read_seq) : 0};
}

room_page database::list_rooms(person_number who, std::string_view after, std::size_t count_max) {
    room_page page;
    for (auto at = room_names_.upper_bound(after); at != room_names_.end(); ++at) {
        const room_info& room = rooms_.at(at->second);
        if (room.is_direct() || (room.is_private() && !may_enter(room, who))) continue;
        if (page.rooms.size() == count_max) {
            page.more = true;
            break;
        }
        page.rooms.push_back(listed(room, who, false));
    }
    return page;
}

room_page database::list_own_rooms(person_number who, std::string_view after, std::size_t count_max) {
    std::set<room_number> own;
    for (statement* each : {&sql_->rooms_read, &sql_->rooms_invited, &sql_->rooms_of_pair}) {
        for (each->start(who); each->step();) own.insert(static_cast<room_number>(each->integer(0)));
    }
    std::map<std::string, const room_info*> names;
    for (const room_number number : own) {
        const room_info* room = find_room(number);
        if (room == nullptr || !may_enter(*room, who) || (room->is_direct() && room->last_seq == 0)) continue;
        std::string name = name_for(*room, who);
        if (name > after) names.emplace(std::move(name), room);
    }
    room_page page;
    for (const auto& [name, room] : names) {
        if (page.rooms.size() == count_max) {
            page.more = true;
            break;
        }
        page.rooms.push_back(listed(*room, who, true));
    }
    return page;
}

}  // namespace chat_server::storage
