// From the server to the copy on this machine, and from there to the screen.
#include "chat-client/controller/controller.hpp"
#include "chat-client/controller/limits.hpp"

#include <algorithm>

namespace chat_client::controller {

using protocol::chat::start_at;
using session::client_session;

void controller::on_record(const domain::record& record) {
    room_state* const room = find(record.room);
    if (room == nullptr) return;
    if (room->batch.from_seq == 0) room->batch.from_seq = record.seq;
    room->batch.to_seq = record.seq;
    room->batch.records.push_back(record);
    if (room->batch.records.size() >= limits::batch_records_max) return flush(*room);
    schedule_flush();
}

void controller::on_gap(const domain::gap& gap) {
    room_state* const room = find(gap.room);
    if (room == nullptr) return;
    if (room->batch.from_seq == 0) room->batch.from_seq = gap.from_seq;
    room->batch.to_seq = gap.to_seq;
    schedule_flush();
}

void controller::schedule_flush() {
    if (std::exchange(flush_scheduled_, true)) return;
    loop_.post([this] {
        flush_scheduled_ = false;
        flush();
    });
}

void controller::flush() {
    for (auto& [key, room] : rooms_) flush(room);
}

void controller::flush(room_state& room) {
    if (room.batch.from_seq == 0) return;
    storage::log_part part = std::exchange(room.batch, {});
    const std::uint64_t last = part.to_seq;
    add(room, std::move(part), [this, name = room.saved.name, last] { chat_.taken(name, last); });
}

void controller::add(room_state& room, storage::log_part part, std::function<void()> then) {
    part.room = room.saved.key;
    const storage::reader who{.you = you_, .nick = nick_, .read_seq = room.saved.read_seq};
    log_.add(std::move(part), who,
             [this, key = room.saved.key, then = std::move(then)](const storage::cache_news& news) {
                 if (then) then();
                 if (paused_ && log_.waiting_bytes() < limits::waiting_bytes_low) {
                     paused_ = false;
                     chat_.resume_reading();
                 }
                 if (room_state* const of = find(key)) take_news(*of, news);
                 host_.changed();
             });
    if (!paused_ && log_.waiting_bytes() > limits::waiting_bytes_high) {
        paused_ = true;
        chat_.pause_reading();
    }
}

void controller::take_news(room_state& room, const storage::cache_news& news) {
    const page_context with = context(room);
    room.mentions = news.mentions;
    room.saved.last_seq = std::max(room.saved.last_seq, news.part.last_seq);
    room.saved.last_n = std::max(room.saved.last_n, news.part.last_n);
    bool mine = false;
    for (const domain::record& each : news.part.records) {
        if (each.kind == domain::record_kind::topic && each.seq + 1 >= room.saved.last_seq)
            room.saved.topic = each.text;
        if (each.author != you_) continue;
        mine = true;
        if (each.kind == domain::record_kind::message) room.own_seq = std::max(room.own_seq, each.seq);
        std::erase_if(room.pending, [&](const pending_post& post) { return post.message.id == each.id; });
    }
    if (!news.part.range.empty()) {
        const bool newest = news.part.range.to >= room.saved.last_seq;
        if (newest) room.complete_n = room.saved.last_n;
        const view::page page = page_of(news.part, with);
        if (newest && room.caught_up) {
            call_attention(room, page);
            write_log(room, page);
        }
        view_.put(page);
    }
    for (const domain::log_slice& each : news.changed) view_.put(page_of(each, with));
    if (mine) show_pending(room);
    show_room(room);
}

void controller::call_attention(room_state& room, const view::page& page) {
    if (room.saved.muted) return;
    for (const view::item& each : page.items) {
        if (!each.mention || each.own) continue;
        host_.ring();
        return host_.notify(room.direct() ? each.nick : each.nick + " in " + room.saved.name, each.text);
    }
}

// --- pages

void controller::answer(const view::fetch& wish, bool from_server) {
    using from = view::fetch_from;
    domain::slice_wish asked{.at = wish.at, .count = wish.count};
    switch (wish.from) {
        case from::newest:
            asked.from = domain::slice_from::newest;
            break;
        case from::before_seq:
            asked.from = domain::slice_from::before;
            break;
        case from::after_seq:
            asked.from = domain::slice_from::after;
            break;
        case from::around_seq:
            asked.from = domain::slice_from::around;
            break;
        case from::around_n:
            asked.from = domain::slice_from::around_n;
            break;
    }
    log_.slice(wish.room, asked, [this, wish, from_server](const domain::log_slice& slice) {
        room_state* const room = find(wish.room);
        if (room == nullptr) return;
        if (!slice.found && from_server) {
            const std::uint64_t half = wish.count / 2;
            const std::uint64_t first = wish.at > half ? wish.at - half : 1;
            const session::start_point start = wish.from == from::around_n
                                                   ? session::start_point{start_at::from_n, first}
                                                   : session::start_point{start_at::after_seq, first - 1};
            const std::uint32_t request = chat_.fetch(room->saved.name, start, wish.count);
            if (request != 0) {
                pages_.emplace(request, wanted_page{wish.room, wish});
                return;
            }
        }
        view::page page = page_of(slice, context(*room), wish.request);
        if (!slice.found)
            view_.trouble(wish.room,
                          "that message is not here" + std::string{link_.phase == view::link_phase::online
                                                                       ? ""
                                                                       : ", and there is no connection now"});
        view_.put(std::move(page));
        host_.changed();
    });
}

// From its end: what is next to what is on the screen.
void controller::fill(const view::fill_hole& hole) {
    room_state* const room = find(hole.room);
    if (room == nullptr || room->filling) return;
    const std::uint32_t request =
        chat_.fetch(room->saved.name, {start_at::before_seq, hole.to_seq + 1}, limits::hole_messages);
    if (request == 0) return;
    room->filling = true;
    pages_.emplace(request, wanted_page{hole.room, {}});
}

void controller::on_page(std::uint32_t request, const domain::page& page) {
    const auto found = pages_.find(request);
    if (found == pages_.end()) return;
    const wanted_page wanted = found->second;
    pages_.erase(found);
    room_state* const room = find(wanted.room);
    if (room == nullptr) return;
    storage::log_part part{.from_seq = page.from_seq,
                           .to_seq = page.to_seq,
                           .records = page.records,
                           .amendments = page.amendments};
    add(*room, std::move(part), [this, wanted] {
        if (room_state* const of = find(wanted.room)) of->filling = false;
        if (wanted.answers) answer(*wanted.answers, false);
    });
}

// Who has read one's last message has changed.
void controller::reread_own(room_state& room) {
    if (room.own_seq == 0) return;
    log_.slice(room.saved.key, {.from = domain::slice_from::exactly, .at = room.own_seq, .to = room.own_seq},
               [this, key = room.saved.key](const domain::log_slice& slice) {
                   room_state* const of = find(key);
                   if (of == nullptr || !slice.complete()) return;
                   view_.put(page_of(slice, context(*of)));
                   host_.changed();
               });
}

}  // namespace chat_client::controller
