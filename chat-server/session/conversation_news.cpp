#include "chat-server/session/conversation.hpp"
#include "chat-server/session/limits.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/frame/encoder.hpp"

#include <algorithm>
#include <utility>

namespace chat_server::session {

namespace chat = protocol::chat;

namespace {

template <class M>
void append_frame(common::transport::outbox& to, const M& message) {
    protocol::frame::encode_to(to.extend(protocol::frame::frame_bytes(message)), message);
}

}  // namespace

void conversation::on_removed(const storage::notice& why) {
    if (over_ || !reader_.has_joined(why.room.number)) return;
    forget_room(why.room.number);
    link_.send(chat::removed{.room = why.room.number, .action = why.action, .reason = why.text});
}

void conversation::on_room_notice(const storage::notice& about) {
    if (over_) return;
    if (notices_.size() >= limits::notices_waiting_max && !notices_.contains(about.room.number)) return;
    notices_.insert_or_assign(about.room.number, about);
    latest_due_ = true;
    link_.want_fill();
}

void conversation::on_presence() {
    latest_due_ = true;
    link_.want_fill();
}

void conversation::on_cursor(const moved_cursor& moved) {
    if (over_ || moved.by == this) return;
    if (cursors_.size() >= limits::rooms_joined_max && !cursors_.contains(moved.room)) return;
    cursors_.insert_or_assign(moved.room, moved);
    latest_due_ = true;
    link_.want_fill();
}

void conversation::append_latest(common::transport::outbox& to) {
    latest_due_ = false;
    for (const auto& [number, about] : std::exchange(notices_, {})) {
        const storage::room_info& room = about.room;
        append_frame(to, chat::room_notice{.room = {.room = number,
                                                    .name = about.room_name,
                                                    .topic = room.topic,
                                                    .last_seq = room.last_seq,
                                                    .last_n = room.last_n,
                                                    .last_at_ms = room.last_at_ms,
                                                    .flags = room.flags},
                                           .by = about.by,
                                           .nick = about.nick});
    }
    for (const auto& [number, moved] : std::exchange(cursors_, {})) {
        append_frame(to, chat::cursor_moved{.room = number,
                                            .delivered_seq = moved.position.delivered_seq,
                                            .read_seq = moved.position.read_seq,
                                            .read_n = moved.read_n});
    }
    append_presence(to);
}

void conversation::append_presence(common::transport::outbox& to) {
    for (auto& [number, told] : watched_) {
        const presence_tail& tail = home_.room(number).presence;
        if (told == tail.version()) continue;
        const domain::room_news sum = tail.since(std::exchange(told, tail.version()));
        chat::presence news{.room = number, .total = sum.total, .reset = sum.reset, .typing = sum.typing};
        for (const domain::member& each : sum.changed) news.changed.push_back(entry_of(each, each.flags));
        append_frame(to, news);
    }
}

chat::member_entry conversation::entry_of(const domain::member& member, std::uint32_t flags) {
    chat::member_entry entry{.author = member.author,
                             .nick = member.nick,
                             .connections = member.connections,
                             .delivered_seq = member.delivered_seq,
                             .read_seq = member.read_seq,
                             .flags = flags};
    if (member.away) {
        entry.flags |= chat::member_flags::away;
        entry.away = *member.away;
    }
    return entry;
}

// One question at a time: what moves meanwhile is asked about once more.
void conversation::tell_company(std::uint32_t room) {
    if (std::ranges::find(moved_rooms_, room) == moved_rooms_.end()) moved_rooms_.push_back(room);
    if (std::exchange(telling_company_, true)) return;
    const std::uint32_t next = moved_rooms_.back();
    moved_rooms_.pop_back();
    home_.store_.list_states(
        home_.loop_, next, {me_.number},
        answered(limits::small_answer_bytes, [this, next](const std::vector<storage::member_state>& states) {
            telling_company_ = false;
            home_.who_.tell_company({.author = me_.author,
                                     .by = this,
                                     .room = next,
                                     .position = states.front().position,
                                     .read_n = states.front().read_n});
            if (moved_rooms_.empty()) return;
            const std::uint32_t again = moved_rooms_.back();
            moved_rooms_.pop_back();
            tell_company(again);
        }));
}

void conversation::handle(const chat::typing& told, std::uint32_t) {
    slow_down(posts_.charge(home_.loop_.mono_now()));
    if (!reader_.has_joined(told.room)) return;
    if (!told.on) return stop_typing(told.room);
    typing_in_ = told.room;
    home_.who_.type(told.room, me_.author, true);
}

void conversation::stop_typing(std::uint32_t room) {
    if (typing_in_ != room) return;
    typing_in_ = 0;
    home_.who_.type(room, me_.author, false);
}

// --- too fast

// Nothing is refused for coming too fast: what was sent keeps its order, and the next is read when it is due.
void conversation::slow_down(common::seam::duration pause) {
    if (pause <= common::seam::duration::zero()) return;
    add(home_.counters_.slowed_posts, 1);
    slowed_.start(pause, [this] { apply_reading(); });
    apply_reading();
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(pause).count();
    if (!calm_.running()) tell_slowed(static_cast<std::uint32_t>(wait));
    calm_.start(pause + limits::slowed_calm_after, [this] { tell_slowed(0); });
}

void conversation::tell_slowed(std::uint32_t wait_ms) {
    link_.send(chat::slowed{.wait_ms = wait_ms});
}

}  // namespace chat_server::session
