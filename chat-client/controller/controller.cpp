#include "chat-client/controller/controller.hpp"

#include "chat-client/controller/limits.hpp"

#include <algorithm>

namespace chat_client::controller {

using protocol::chat::start_at;
using session::client_session;

controller::controller(common::seam::event_loop& loop, view::application& view, session::client_session& chat,
                       storage::cached_log& log, controller_host host, controller_wish wish)
    : loop_(loop),
      view_(view),
      chat_(chat),
      log_(log),
      host_(std::move(host)),
      wish_(std::move(wish)),
      link_{.phase = view::link_phase::connecting, .server = wish_.server} {
    log_.on_trouble = [this](const std::string& what) { view_.trouble("", what); };
}

void controller::start() {
    update_link();
    log_.open([this](storage::opened_cache found) {
        started_ = true;
        ignored_ = {found.ignored.begin(), found.ignored.end()};
        if (const auto theme = terminal::find_theme(found.theme)) view_.set_theme(*theme);
        view_.set_history(std::move(found.history));
        if (!found.trouble.empty()) view_.trouble("", found.trouble);
        for (const storage::saved_room& each : found.rooms) {
            if (!each.open) continue;
            order_.push_back(each.key);
            rooms_[each.key].saved = each;
        }
        std::vector<std::string> wished = wish_.rooms;
        if (wished.empty() && rooms_.empty()) wished.emplace_back("lobby");
        for (const std::string& room : wished) open_room(room);
        show_rooms();
        for (auto& [key, room] : rooms_) {
            view_.set_draft(key, room.saved.draft);
            join(room);
        }
        const std::string first = client_session::room_key(wished.empty() ? order_.front() : wished.front());
        view_.open(first);
        if (wish_.goto_n != 0) view_.go_to(first, wish_.goto_n);
        host_.changed();
    });
}

void controller::stop() {
    view_.flush_drafts();
    for (const view::action& each : view_.actions()) {
        if (const auto* const draft = std::get_if<view::draft>(&each)) take_one(*draft);
    }
    flush();
}

// --- rooms

room_state* controller::find(std::string_view room) {
    const auto found = rooms_.find(client_session::room_key(room));
    return found == rooms_.end() ? nullptr : &found->second;
}

const std::string& controller::focus() const {
    return view_.focused_room();
}

room_state& controller::open_room(const std::string& name) {
    const std::string key = client_session::room_key(name);
    const auto [found, added] = rooms_.try_emplace(key);
    room_state& room = found->second;
    if (!added) return room;
    order_.push_back(key);
    room.saved = {.key = key, .name = name, .open = true, .place = order_.size()};
    save(room);
    return room;
}

void controller::enter(const std::string& name) {
    room_state& room = open_room(name);
    show_room(room);
    // Also again, after somebody was removed from it.
    join(room);
    view_.open(room.saved.key);
    host_.changed();
}

void controller::part(const std::string& name) {
    room_state* const room = find(name);
    if (room == nullptr) return complain("not in " + name);
    chat_.leave(room->saved.name);
    room->saved.open = false;
    save(*room);
    std::erase(order_, room->saved.key);
    rooms_.erase(room->saved.key);
    show_rooms();
    host_.changed();
}

// Reading goes on behind what this machine has.
void controller::join(room_state& room) {
    if (std::exchange(room.entered, true)) return;
    log_.slice(room.saved.key, {.from = domain::slice_from::newest, .count = 1},
               [this, key = room.saved.key](const domain::log_slice& newest) {
                   room_state* const of = find(key);
                   if (of == nullptr) return;
                   session::start_point start{start_at::last_n, limits::first_messages};
                   if (!newest.known.empty()) start = {start_at::after_seq, newest.known.back().to};
                   of->complete_n = newest.last_n;
                   if (!chat_.join({.name = of->saved.name, .start = start, .presence = true}))
                       view_.trouble(key, "no room can be called so, or too many are open");
               });
}

view::room controller::shown(const room_state& room) const {
    const storage::saved_room& saved = room.saved;
    const bool closed = (saved.flags & protocol::chat::room_flags::invite_only) != 0;
    const std::uint64_t unread = saved.last_n - std::min(saved.last_n, saved.read_n);
    return {.key = saved.key,
            .name = saved.name,
            .kind = room.direct() ? view::room_kind::direct
                    : closed      ? view::room_kind::closed
                                  : view::room_kind::open,
            .topic = saved.topic,
            .unread = unread,
            .mentions = room.direct() ? unread : std::min(unread, room.mentions),
            .read_seq = saved.read_seq,
            .last_n = saved.last_n,
            .complete_n = room.complete_n,
            .member_count = room.total,
            .joined = room.joined,
            .muted = saved.muted,
            .slow_mode_s = room.slow_seconds};
}

void controller::show_room(const room_state& room) {
    view_.set_room(shown(room));
}

void controller::show_rooms() {
    std::vector<view::room> all;
    for (const std::string& key : order_) all.push_back(shown(rooms_.at(key)));
    view_.set_rooms(std::move(all));
}

void controller::show_members(const room_state& room) {
    std::vector<view::member> all;
    for (const auto& [author, line] : room.members) {
        if (line.connections > 0) all.push_back(member_of(line));
    }
    view_.set_members(room.saved.key, std::move(all));
}

void controller::show_pending(const room_state& room) {
    std::vector<view::item> items;
    page_context with{.you = you_, .nick = nick_};
    for (const pending_post& each : room.pending) {
        items.push_back(pending_item(each.message, with, each.state, each.trouble));
    }
    view_.set_pending(room.saved.key, std::move(items));
}

page_context controller::context(const room_state& room) {
    page_context made{.you = you_, .nick = nick_, .direct = room.direct(), .ignored = ignored_};
    made.name_of = [&room, this](const domain::author_id& author) -> std::string {
        if (author == you_) return nick_;
        const auto found = room.members.find(author);
        return found == room.members.end() ? "" : found->second.nick;
    };
    made.readers = [&room, this](std::uint64_t seq) {
        std::pair<std::uint32_t, std::uint32_t> count{};
        for (const auto& [author, line] : room.members) {
            if (author == you_) continue;
            ++count.second;
            if (line.read_seq >= seq) ++count.first;
        }
        return count;
    };
    return made;
}

void controller::mark_read(room_state& room, std::uint64_t seq) {
    if (seq <= room.saved.read_seq) return;
    room.saved.read_seq = seq;
    chat_.read(room.saved.name, seq);
    log_.count(room.saved.key, {.you = you_, .nick = nick_, .read_seq = seq},
               [this, key = room.saved.key](const std::pair<std::uint64_t, std::uint64_t>& counted) {
                   room_state* const of = find(key);
                   if (of == nullptr) return;
                   of->saved.read_n = std::max(of->saved.read_n, counted.first);
                   of->mentions = counted.second;
                   save(*of);
                   show_room(*of);
                   host_.changed();
               });
}

// --- the connection

void controller::update_link() {
    link_.nick = nick_;
    link_.pending = static_cast<std::uint32_t>(chat_.unacknowledged());
    view_.set_link(link_);
}

void controller::set_link(view::link_phase phase, std::string reason,
                          std::optional<std::uint32_t> retry_in_s) {
    link_.phase = phase;
    link_.reason = std::move(reason);
    link_.retry_in_s = retry_in_s;
    if (phase != view::link_phase::online) link_.latency_ms.reset();
    update_link();
    host_.changed();
}

void controller::on_ready(const domain::server_facts& facts) {
    you_ = facts.you;
    nick_ = facts.nick;
    link_.text_bytes_max = facts.text_bytes_max;
    set_link(view::link_phase::online, "");
    if (!facts.motd.empty() && known_rooms_.empty()) view_.notice("", facts.motd);
    chat_.list_own_rooms();
    chat_.list_rooms();
}

void controller::on_disconnected() {
    flush();
    pages_.clear();
    questions_.clear();
    searches_.clear();
    listed_rooms_.clear();
    link_.slowed_for_s.reset();
    for (auto& [key, room] : rooms_) {
        room.joined = room.caught_up = room.filling = false;
        view_.set_typing(key, {});
        show_room(room);
    }
}

void controller::on_joined(const domain::room_facts& facts) {
    room_state* const room = find(facts.name);
    if (room == nullptr || !facts.watched) return;
    const bool far_behind = facts.last_seq + 1 > facts.next_seq + limits::behind_records_max;
    if (far_behind) chat_.skip_to(facts.name, {start_at::last_n, limits::resumed_messages});
    room->joined = true;
    room->saved.topic = facts.topic;
    room->saved.flags = facts.flags;
    room->saved.last_seq = std::max(room->saved.last_seq, facts.last_seq);
    room->saved.last_n = std::max(room->saved.last_n, facts.last_n);
    room->saved.read_seq = std::max(room->saved.read_seq, facts.read_seq);
    room->saved.read_n = std::max(room->saved.read_n, facts.read_n);
    room->member_flags = facts.member_flags;
    room->slow_seconds = facts.slow_seconds;
    // Somebody who is here for the first time has missed nothing.
    if (room->saved.read_seq == 0 && !room->direct() && facts.last_seq > 0) {
        room->saved.read_n = facts.last_n;
        room->saved.read_seq = facts.last_seq;
        chat_.read(facts.name, facts.last_seq);
    }
    save(*room);
    show_room(*room);
    if (focus() == room->saved.key) chat_.list_members(facts.name);
    host_.changed();
}

void controller::on_caught_up(const std::string& name) {
    flush();
    if (room_state* const room = find(name)) room->caught_up = true;
}

void controller::on_removed(const std::string& name, domain::moderation_action action,
                            const std::string& reason) {
    room_state* const room = find(name);
    if (room == nullptr) return;
    room->joined = room->entered = false;
    view_.set_typing(room->saved.key, {});
    const bool banned = action == domain::moderation_action::ban;
    view_.trouble(room->saved.key, std::string{banned ? "you were banned" : "you were removed"} +
                                       " from this room" + (reason.empty() ? "" : ": " + reason) +
                                       (banned ? "" : "; /join " + room->saved.name + " to come back"));
    show_room(*room);
    host_.changed();
}

void controller::on_trouble(const std::string& room, std::string_view what) {
    view_.trouble(client_session::room_key(room), std::string{what});
    host_.changed();
}

void controller::on_another_log(const std::string& name) {
    room_state* const room = find(name);
    if (room == nullptr) return;
    room->batch = {};
    log_.forget(room->saved.key);
    room->saved.last_seq = room->saved.last_n = room->saved.read_seq = room->saved.read_n = 0;
    view_.forget(room->saved.key);
    view_.notice(room->saved.key,
                 "the server's room is not the one that was read before; reading begins anew");
}

void controller::on_slowed(std::uint32_t wait_ms) {
    link_.slowed_for_s = wait_ms == 0 ? std::nullopt : std::optional{(wait_ms + 999) / 1000};
    update_link();
    host_.changed();
}

void controller::on_latency(common::seam::duration round_trip) {
    using std::chrono::milliseconds;
    link_.latency_ms =
        static_cast<std::uint32_t>(std::chrono::duration_cast<milliseconds>(round_trip).count());
    update_link();
    host_.changed();
}

void controller::on_nick(const std::string& nick) {
    nick_ = nick;
    update_link();
    view_.notice("", "you are called " + nick + " now");
    host_.changed();
}

void controller::on_away(bool away) {
    link_.away = away;
    update_link();
    host_.changed();
}

// --- posts

void controller::on_kept(const std::vector<domain::outgoing>& messages) {
    for (const domain::outgoing& each : messages) {
        room_state* const room = find(each.room);
        if (room == nullptr || each.kind != domain::record_kind::message) continue;
        const bool there = std::ranges::any_of(
            room->pending, [&](const pending_post& post) { return post.message.id == each.id; });
        if (!there) room->pending.push_back({.message = each});
        show_pending(*room);
    }
    update_link();
    host_.changed();
}

void controller::on_posted(const domain::receipt&) {
    // The message itself comes with the room's log, and takes the place of the one that waits.
    update_link();
    host_.changed();
}

void controller::on_rejected(const domain::outgoing& message, const session::request_failure& why) {
    room_state* const room = find(message.room);
    update_link();
    host_.changed();
    if (room == nullptr) return view_.trouble("", "not posted in " + message.room + ": " + why.reason);
    for (pending_post& each : room->pending) {
        if (each.message.id != message.id) continue;
        each.state = view::delivery::refused;
        each.trouble = why.reason;
        return show_pending(*room);
    }
    view_.trouble(room->saved.key, why.reason);
}

void controller::on_postponed(const domain::outgoing& message, const session::request_failure&) {
    room_state* const room = find(message.room);
    if (room == nullptr) return;
    for (pending_post& each : room->pending) {
        if (each.message.id == message.id) each.state = view::delivery::slowed;
    }
    show_pending(*room);
    host_.changed();
}

}  // namespace chat_client::controller
