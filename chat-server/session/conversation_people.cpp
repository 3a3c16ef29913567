#include "chat-server/domain/names.hpp"
#include "chat-server/session/conversation.hpp"
#include "chat-server/session/failures.hpp"
#include "chat-server/session/limits.hpp"
#include "protocol/chat/messages.hpp"

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
        const domain::member& member = listing.members[i];
        list.entries.push_back({.author = member.author,
                                .nick = member.nick,
                                .connections = member.connections,
                                .delivered_seq = states[i].position.delivered_seq,
                                .read_seq = states[i].position.read_seq,
                                .flags = states[i].flags});
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

}  // namespace chat_server::session
