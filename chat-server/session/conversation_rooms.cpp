#include "chat-server/domain/names.hpp"
#include "chat-server/session/conversation.hpp"
#include "chat-server/session/failures.hpp"
#include "chat-server/session/limits.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/frame/encoder.hpp"

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
                           answered(limits::small_answer_bytes,
                                    [this, request](const auto& opened) { on_room(opened, request); }));
}

void conversation::on_room(const storage::result<storage::opened_room>& opened, std::uint32_t request) {
    if (!opened) {
        const error_code why = code_of(opened.error());
        return fail(request, why,
                    why == error_code::quota_exceeded ? "this server has too many rooms"
                    : why == error_code::banned       ? "you are banned from this room"
                                                      : "");
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
    if (!reader_.has_joined(info.number)) {
        room.members.push_back(this);
        home_.who_.enter(info.number, {.author = me_.author, .person = me_.number, .nick = me_.nick});
    }
    reader_.join(room, opened->next_seq);
    link_.want_fill();
}

void conversation::handle(const chat::leave_room& asked, std::uint32_t request) {
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    forget_room(asked.room);
    link_.send(chat::left{.room = asked.room}, request);
}

void conversation::forget_room(std::uint32_t room) {
    reader_.leave(room);
    home_.room(room).remove(this);
    home_.who_.leave(room, me_.author);
}

void conversation::on_removed(const storage::notice& why) {
    if (over_ || !reader_.has_joined(why.room.number)) return;
    forget_room(why.room.number);
    link_.send(chat::removed{.room = why.room.number, .action = why.action, .reason = why.text});
}

void conversation::on_room_notice(const storage::notice& about) {
    if (over_) return;
    if (notices_.size() >= limits::notices_waiting_max && !notices_.contains(about.room.number)) return;
    notices_.insert_or_assign(about.room.number, about);
    link_.want_fill();
}

void conversation::append_notices(common::transport::outbox& to) {
    for (const auto& [number, about] : std::exchange(notices_, {})) {
        const storage::room_info& room = about.room;
        const chat::room_notice told{.room = {.room = number,
                                              .name = about.room_name,
                                              .topic = room.topic,
                                              .last_seq = room.last_seq,
                                              .last_n = room.last_n,
                                              .last_at_ms = room.last_at_ms,
                                              .flags = room.flags},
                                     .by = about.by,
                                     .nick = about.nick};
        protocol::frame::encode_to(to.extend(protocol::frame::frame_bytes(told)), told);
    }
}

void conversation::handle(const chat::seen& asked, std::uint32_t request) {
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    home_.store_.move_cursor(me_.number, asked.room,
                             {.delivered_seq = asked.delivered_seq, .read_seq = asked.read_seq});
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
