#include "chat-server/domain/names.hpp"
#include "chat-server/domain/search_query.hpp"
#include "chat-server/session/conversation.hpp"
#include "chat-server/session/limits.hpp"
#include "protocol/chat/messages.hpp"

#include <utility>

namespace chat_server::session {

namespace chat = protocol::chat;
using protocol::error_code;

namespace {

// At a character.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    return text.substr(0, end);
}

}  // namespace

void conversation::handle(const chat::search& asked, std::uint32_t request) {
    slow_down(posts_.charge(home_.loop_.mono_now()));
    if (asked.count < 1 || asked.count > chat::limits::found_per_frame_max)
        return refuse(error_code::malformed);
    domain::search_query query = domain::parse_query(asked.query);
    if (query.error != domain::query_error::none) {
        return fail(request, error_code::not_permitted,
                    query.error == domain::query_error::short_prefix
                        ? "a beginning of a word has two characters at least"
                        : "that are too many words");
    }
    storage::search_request wanted{.who = me_.number, .match = std::move(query.match), .count = asked.count};
    if (asked.room) {
        const bool direct = asked.room->starts_with('@');
        const auto name = direct ? domain::nick_name(asked.room->substr(1)) : domain::room_name(*asked.room);
        if (!name) return fail(request, error_code::no_such_room, "");
        wanted.room = storage::room_request{.name = *name, .direct = direct, .reader = me_.number};
    }
    wanted.author = asked.author.value_or("");
    wanted.since_ms = asked.since_ms.value_or(wanted.since_ms);
    wanted.until_ms = asked.until_ms.value_or(wanted.until_ms);
    wanted.before = asked.before.value_or(0);
    home_.store_.search(home_.loop_, std::move(wanted),
                        answered(limits::list_answer_bytes, [this, request](const storage::found_page& page) {
                            if (page.error != error_code::none) return fail(request, page.error, "");
                            chat::found found{.next = page.next, .entries = {}};
                            for (const storage::found_message& each : page.messages) {
                                const std::string_view text =
                                    cut(each.text, chat::limits::found_text_bytes_max);
                                found.entries.push_back({.room = each.room,
                                                         .room_name = each.room_name,
                                                         .seq = each.seq,
                                                         .n = each.n,
                                                         .author = each.author,
                                                         .stored_at_ms = each.stored_at_ms,
                                                         .nick = each.nick,
                                                         .text = text,
                                                         .cut = text.size() < each.text.size()});
                            }
                            link_.send(found, request);
                        }));
}

}  // namespace chat_server::session
