// All chat messages, by name.
#pragma once

#include "protocol/chat/messages.hpp"
#include "protocol/wire/catalogue.hpp"

namespace protocol::chat {

inline constexpr std::tuple catalogue{
    wire::entry<join_room>{"chat.join_room"},
    wire::entry<leave_room>{"chat.leave_room"},
    wire::entry<post>{"chat.post"},
    wire::entry<seen>{"chat.seen"},
    wire::entry<fetch>{"chat.fetch"},
    wire::entry<list_rooms>{"chat.list_rooms"},
    wire::entry<list_members>{"chat.list_members"},
    wire::entry<set_nick>{"chat.set_nick"},
    wire::entry<typing>{"chat.typing"},
    wire::entry<set_away>{"chat.set_away"},
    wire::entry<whois>{"chat.whois"},
    wire::entry<search>{"chat.search"},
    wire::entry<ask_fingerprint>{"chat.ask_fingerprint"},
    wire::entry<server_info>{"chat.server_info"},
    wire::entry<joined>{"chat.joined"},
    wire::entry<left>{"chat.left"},
    wire::entry<record>{"chat.record"},
    wire::entry<gap>{"chat.gap"},
    wire::entry<caught_up>{"chat.caught_up"},
    wire::entry<posted>{"chat.posted"},
    wire::entry<page>{"chat.page"},
    wire::entry<room_list>{"chat.room_list"},
    wire::entry<member_list>{"chat.member_list"},
    wire::entry<nick_set>{"chat.nick_set"},
    wire::entry<presence>{"chat.presence"},
    wire::entry<away_set>{"chat.away_set"},
    wire::entry<person>{"chat.person"},
    wire::entry<cursor_moved>{"chat.cursor_moved"},
    wire::entry<room_notice>{"chat.room_notice"},
    wire::entry<removed>{"chat.removed"},
    wire::entry<slowed>{"chat.slowed"},
    wire::entry<found>{"chat.found"},
    wire::entry<fingerprint>{"chat.fingerprint"},
};

}  // namespace protocol::chat
