#include "chat-server/domain/names.hpp"
#include "chat-server/session/conversation.hpp"
#include "chat-server/session/failures.hpp"
#include "chat-server/session/limits.hpp"
#include "protocol/chat/messages.hpp"

#include <utility>

namespace chat_server::session {

namespace chat = protocol::chat;
using protocol::error_code;

void conversation::handle(const chat::join_room& asked, std::uint32_t request) {
    const bool direct = asked.room.starts_with('@');
    const auto name = direct ? domain::nick_name(asked.room.substr(1)) : domain::room_name(asked.room);
    if (!name) {
        return fail(request, error_code::bad_name,
                    "rooms are letters, digits, '-', '_' and '.'; '@' is for somebody's nick");
    }
    if (asked.start == chat::start_at::before_seq) return refuse(error_code::malformed);
    if (reader_.room_count() >= limits::rooms_joined_max) {
        return fail(request, error_code::quota_exceeded, "this connection has joined too many rooms");
    }
    storage::room_request wanted{.name = *name,
                                 .direct = direct,
                                 .create = (asked.flags & chat::join_flags::existing_only) == 0,
                                 .reader = me_.number,
                                 .start = asked.start,
                                 .position = asked.position};
    home_.store_.open_room(home_.loop_, std::move(wanted),
                           answered(limits::small_answer_bytes, [=, this](const auto& opened) {
                               on_room(opened, (asked.flags & chat::join_flags::presence) != 0, request);
                           }));
}

void conversation::on_room(const storage::result<storage::opened_room>& opened, bool watch,
                           std::uint32_t request) {
    if (!opened) {
        const error_code why = code_of(opened.error());
        return fail(request, why,
                    why == error_code::quota_exceeded ? "this server has too many rooms"
                    : why == error_code::banned       ? "you are banned from this room"
                                                      : "there is no such room, or nobody of that nick");
    }
    const storage::room_info& info = opened->room;
    live_room& room = home_.room(info.number);
    room.last_seq = std::max(room.last_seq, info.last_seq);
    link_.send(chat::joined{.room = info.number,
                            .name = opened->shown_name,
                            .topic = info.topic,
                            .first_seq = info.first_seq,
                            .last_seq = info.last_seq,
                            .last_n = info.last_n,
                            .next_seq = opened->next_seq,
                            .delivered_seq = opened->position.delivered_seq,
                            .read_seq = opened->position.read_seq,
                            .read_n = opened->read_n,
                            .flags = info.flags,
                            .member_flags = opened->member_flags,
                            .chain = opened->chain,
                            .slow_seconds = info.slow_seconds},
               request);
    enter(room, *opened, watch);
    reader_.join(room, opened->next_seq);
    link_.want_fill();
}

void conversation::enter(live_room& room, const storage::opened_room& opened, bool watch) {
    const bool joined = reader_.has_joined(room.number);
    const bool watching = watched_.contains(room.number);
    room.name = opened.shown_name;
    if (joined && watching == watch) return;
    if (joined) home_.who_.leave(room.number, me_.author, watching, true);
    if (!joined) {
        room.members.push_back(this);
        // From now on the room is one of this key's rooms.
        home_.store_.move_cursor(me_.number, room.number, {});
    }
    if (watching) {
        live_room::take_out(room.watchers, this);
        watched_.erase(room.number);
    }
    if (watch) {
        room.watchers.push_back(this);
        watched_.emplace(room.number, room.presence.version());
    }
    home_.who_.enter(room.number,
                     {.author = me_.author,
                      .flags = opened.member_flags,
                      .delivered_seq = opened.position.delivered_seq,
                      .read_seq = opened.position.read_seq},
                     watch);
}

void conversation::handle(const chat::leave_room& asked, std::uint32_t request) {
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    forget_room(asked.room);
    link_.send(chat::left{.room = asked.room}, request);
}

void conversation::forget_room(std::uint32_t room) {
    reader_.leave(room);
    home_.room(room).remove(this);
    home_.who_.leave(room, me_.author, watched_.erase(room) > 0, true);
}

void conversation::handle(const chat::seen& asked, std::uint32_t request) {
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    const storage::cursor to{.delivered_seq = asked.delivered_seq, .read_seq = asked.read_seq};
    home_.store_.move_cursor(me_.number, asked.room, to);
    if (home_.room(asked.room).tells_cursors) home_.who_.move(asked.room, me_.author, to);
    if (has_company_) tell_company(asked.room);
}

void conversation::handle(const chat::fetch& asked, std::uint32_t request) {
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    const bool countable = asked.count >= 1 && asked.count <= chat::limits::fetch_count_max;
    if (!countable || asked.start == chat::start_at::cursor) return refuse(error_code::malformed);
    const storage::read_request wanted{.room = asked.room,
                                       .start = asked.start,
                                       .position = asked.position,
                                       .count = asked.count,
                                       .bytes_max = storage::limits::page_bytes_max,
                                       .fold = true};
    home_.store_.read(home_.loop_, wanted,
                      answered(limits::page_answer_bytes, [=, this](const storage::read_answer& page) {
                          if (page.error != error_code::none) return fail(request, page.error, "");
                          chat::page answer;
                          answer.room = asked.room;
                          answer.from_seq = page.from_seq;
                          answer.to_seq = page.to_seq;
                          if (page.block != nullptr) answer.frames = chat::bytes_view{page.block->bytes};
                          if (!page.amendments.empty()) answer.amendments = page.amendments;
                          link_.send(answer, request);
                      }));
}

void conversation::handle(const chat::ask_fingerprint& asked, std::uint32_t request) {
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    home_.store_.transcript(
        home_.loop_, asked.room, asked.seq,
        answered(limits::small_answer_bytes, [=, this](const storage::transcript_place& at) {
            if (at.error != error_code::none)
                return fail(request, at.error, "that record is not kept any more");
            link_.send(chat::fingerprint{.room = asked.room, .seq = at.seq, .n = at.n, .chain = at.chain},
                       request);
        }));
}

}  // namespace chat_server::session
