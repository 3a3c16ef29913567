#include "chat-server/domain/names.hpp"
#include "chat-server/session/conversation.hpp"
#include "chat-server/session/failures.hpp"
#include "chat-server/session/limits.hpp"
#include "protocol/chat/messages.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace chat_server::session {

namespace chat = protocol::chat;
using protocol::error_code;

void conversation::handle(const chat::list_rooms& asked, std::uint32_t request) {
    const auto send_all =
        answered(limits::list_answer_bytes, [this, request](const storage::room_page& rooms) {
            std::vector<std::uint32_t> numbers;
            for (const storage::listed_room& each : rooms.rooms) numbers.push_back(each.room.number);
            home_.who_.count(home_.loop_, std::move(numbers),
                             answered(limits::list_answer_bytes,
                                      [=, this](const auto& counts) { send_rooms(rooms, counts, request); }));
        });
    home_.store_.list_rooms(home_.loop_, me_.number, asked.mine.value_or(false), std::string{asked.after},
                            send_all);
}

void conversation::send_rooms(const storage::room_page& rooms, const std::vector<std::uint32_t>& counts,
                              std::uint32_t request) {
    chat::room_list list{.more = rooms.more, .rooms = {}};
    for (std::size_t i = 0; i < rooms.rooms.size(); ++i) {
        const storage::room_info& room = rooms.rooms[i].room;
        list.rooms.push_back({.room = room.number,
                              .name = rooms.rooms[i].shown_name,
                              .topic = room.topic,
                              .member_count = counts[i],
                              .last_seq = room.last_seq,
                              .last_n = room.last_n,
                              .last_at_ms = room.last_at_ms,
                              .flags = room.flags,
                              .read_n = rooms.rooms[i].read_n});
    }
    link_.send(list, request);
}

void conversation::handle(const chat::list_members& asked, std::uint32_t request) {
    const std::uint32_t room = asked.room;
    if (!reader_.has_joined(room)) return fail(request, error_code::no_such_room, "not joined");
    const auto with_cursors = [this, room, request](const domain::presence::listing& listing) {
        std::vector<storage::person_number> people;
        for (const domain::member& member : listing.members) people.push_back(member.person);
        home_.store_.list_states(home_.loop_, room, std::move(people),
                                 answered(limits::list_answer_bytes, [=, this](const auto& states) {
                                     send_members(room, listing, states, request);
                                 }));
    };
    home_.who_.list(home_.loop_, room, asked.after, answered(limits::list_answer_bytes, with_cursors));
}

void conversation::send_members(std::uint32_t room, const domain::presence::listing& listing,
                                const std::vector<storage::member_state>& states, std::uint32_t request) {
    chat::member_list list{.room = room,
                           .total = static_cast<std::uint32_t>(listing.total),
                           .more = listing.more,
                           .entries = {}};
    for (std::size_t i = 0; i < states.size(); ++i) {
        chat::member_entry& entry = list.entries.emplace_back(entry_of(listing.members[i], states[i].flags));
        // Still there for the others, though it is coming back just now.
        entry.connections = std::max<std::uint32_t>(entry.connections, 1);
        entry.delivered_seq = states[i].position.delivered_seq;
        entry.read_seq = states[i].position.read_seq;
    }
    link_.send(list, request);
}

void conversation::handle(const chat::set_nick& asked, std::uint32_t request) {
    const auto nick = domain::nick_name(asked.nick);
    if (!nick)
        return fail(request, error_code::bad_name,
                    "nicks are up to 32 bytes of letters, digits, '-', '_', '.'");
    home_.store_.rename(home_.loop_, me_.number, *nick,
                        answered(limits::small_answer_bytes, [this, request](const auto& renamed) {
                            if (!renamed) return fail(request, code_of(renamed.error()), "");
                            me_.nick = *renamed;
                            home_.who_.rename(me_.author, me_.nick);
                            link_.send(chat::nick_set{.nick = me_.nick}, request);
                        }));
}

void conversation::handle(const chat::set_away& asked, std::uint32_t request) {
    std::optional<std::string> why;
    if (asked.away) why = std::string{asked.reason};
    home_.store_.set_away(home_.loop_, me_.number, why,
                          answered(limits::small_answer_bytes, [this, why, request](error_code failed) {
                              if (failed != error_code::none) return fail(request, failed, "");
                              me_.away = why;
                              home_.who_.set_away(me_.author, why);
                              link_.send(chat::away_set{.away = why.has_value()}, request);
                          }));
}

void conversation::handle(const chat::whois& asked, std::uint32_t request) {
    const auto with_facts = [this, request](const storage::person_facts& facts) {
        if (facts.who.number == 0) return fail(request, error_code::bad_name, "nobody here has that name");
        home_.who_.find(home_.loop_, facts.who.author,
                        answered(limits::small_answer_bytes,
                                 [=, this](const auto& view) { send_person(facts, view, request); }));
    };
    home_.store_.find_person(home_.loop_, std::string{asked.nick}, asked.author,
                             answered(limits::small_answer_bytes, with_facts));
}

void conversation::send_person(const storage::person_facts& facts, const domain::presence::person_view& view,
                               std::uint32_t request) {
    chat::person person{.author = facts.who.author,
                        .nick = facts.who.nick,
                        .connections = static_cast<std::uint32_t>(view.connections),
                        .flags = facts.admin ? chat::member_flags::admin : 0,
                        .first_seen_ms = facts.first_seen_ms,
                        .last_seen_ms = facts.last_seen_ms};
    if (view.connections > 0) person.last_seen_ms = home_.loop_.wall_now().time_since_epoch().count();
    if (facts.who.away) {
        person.flags |= chat::member_flags::away;
        person.away = *facts.who.away;
    }
    for (const std::uint32_t room : view.rooms) {
        if (!reader_.has_joined(room) || person.rooms.size() >= chat::limits::shared_rooms_max) continue;
        person.rooms.push_back(home_.room(room).name);
    }
    link_.send(person, request);
}

}  // namespace chat_server::session
