// The frames that come in: each one is an event, an answer, or a breach of the protocol.
#include "chat-client/session/client_session.hpp"
#include "chat-client/session/limits.hpp"
#include "chat-client/session/values.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chat_client::session {

namespace chat = protocol::chat;
namespace common_session = protocol::session;
using common::transport::incoming_frame;
using protocol::error_code;

namespace {

using std::chrono::milliseconds;

// A failure that says "not now" instead of "no".
bool may_succeed_later(error_code code) {
    return code == error_code::rate_limited || code == error_code::no_space ||
           code == error_code::storage_failed || code == error_code::internal;
}

template <class M>
request_failure failure_of(const M& told) {
    const auto code = static_cast<error_code>(told.code);
    // A server that has nothing to add says the code's name.
    const bool adds_nothing = told.reason.empty() || told.reason == name_of(code);
    return {code, adds_nothing ? make_error_code(code).message() : std::string{told.reason}};
}

bool ends_for_good(error_code code) {
    return code != error_code::server_full && code != error_code::shutting_down &&
           code != error_code::timed_out && code != error_code::internal &&
           code != error_code::storage_failed && code != error_code::no_space &&
           code != error_code::superseded;
}

}  // namespace

void client_session::on_frame(const incoming_frame& frame) {
    if (ending_) return;
    switch (frame.header.type) {
        case chat::record::type:
            return decode_and_handle<chat::record>(frame);
        case chat::posted::type:
            return decode_and_handle<chat::posted>(frame);
        case chat::gap::type:
            return decode_and_handle<chat::gap>(frame);
        case chat::caught_up::type:
            return decode_and_handle<chat::caught_up>(frame);
        case chat::server_info::type:
            return decode_and_handle<chat::server_info>(frame);
        case chat::joined::type:
            return decode_and_handle<chat::joined>(frame);
        case chat::left::type:
            return decode_and_handle<chat::left>(frame);
        case chat::room_list::type:
            return decode_and_handle<chat::room_list>(frame);
        case chat::member_list::type:
            return decode_and_handle<chat::member_list>(frame);
        case chat::nick_set::type:
            return decode_and_handle<chat::nick_set>(frame);
        case common_session::failure::type:
            return decode_and_handle<common_session::failure>(frame);
        case common_session::refusal::type:
            return decode_and_handle<common_session::refusal>(frame);
        case common_session::go_away::type:
            return decode_and_handle<common_session::go_away>(frame);
        case common_session::bye::type:
            return end({.reason = "the server said goodbye", .retry_after = why_.retry_after});
        default:
            if (on_people_frame(frame)) return;
            break;
    }
    // Frames of a newer version may be skipped, unless they say otherwise.
    if ((frame.header.flags & protocol::frame::flag_critical) != 0) {
        end({.code = error_code::unsupported,
             .reason = "the server uses something newer than this program",
             .retryable = false});
    }
}

bool client_session::on_people_frame(const incoming_frame& frame) {
    switch (frame.header.type) {
        case chat::page::type:
            decode_and_handle<chat::page>(frame);
            return true;
        case chat::presence::type:
            decode_and_handle<chat::presence>(frame);
            return true;
        case chat::away_set::type:
            decode_and_handle<chat::away_set>(frame);
            return true;
        case chat::person::type:
            decode_and_handle<chat::person>(frame);
            return true;
        case chat::cursor_moved::type:
            decode_and_handle<chat::cursor_moved>(frame);
            return true;
        case chat::room_notice::type:
            decode_and_handle<chat::room_notice>(frame);
            return true;
        case chat::removed::type:
            decode_and_handle<chat::removed>(frame);
            return true;
        case chat::slowed::type:
            decode_and_handle<chat::slowed>(frame);
            return true;
        case chat::found::type:
            decode_and_handle<chat::found>(frame);
            return true;
        case chat::fingerprint::type:
            decode_and_handle<chat::fingerprint>(frame);
            return true;
        default:
            return false;
    }
}

template <class M>
void client_session::decode_and_handle(const incoming_frame& frame) {
    M message;
    const error_code error = protocol::wire::decode(frame.payload, message);
    if (error != error_code::none) {
        const bool retryable = ++breaches_ < limits::breaches_max;
        return end(
            {.code = error, .reason = "the server sent what no server should", .retryable = retryable});
    }
    handle(message, frame.header.request);
}

// --- the connection

void client_session::handle(const chat::server_info& info, std::uint32_t) {
    const bool first = !std::exchange(ready_, true);
    events_.on_ready({.you = info.you,
                      .nick = std::string{info.nick},
                      .text_bytes_max = info.text_bytes_max,
                      .durable = info.durable,
                      .motd = std::string{info.motd}});
    if (!first || ending_ || !ready_) return;
    if (!options_.nick.empty() && options_.nick != info.nick) set_nick(options_.nick);
    for (auto& [key, of] : rooms_) {
        // A program that joined a room in on_ready() has asked already.
        const bool asked_already = std::ranges::any_of(requests_, [&name = of.wish.name](const auto& each) {
            return each.second.kind == request_kind::join && each.second.room == name;
        });
        if (!asked_already) ask_to_join(of);
    }
    measure_latency();
}

void client_session::handle(const common_session::refusal& told, std::uint32_t) {
    const request_failure why = failure_of(told);
    end({.code = why.code,
         .reason = why.reason,
         .retryable = !ends_for_good(why.code),
         .retry_after = milliseconds{told.retry_after_ms}});
}

void client_session::handle(const common_session::go_away& told, std::uint32_t) {
    going_away_ = true;
    why_.retry_after = milliseconds{told.reconnect_after_ms};
    leave_when_answered();
}

// --- rooms

void client_session::handle(const chat::joined& answer, std::uint32_t request) {
    asked what;
    if (!take_request(request, what) || what.kind != request_kind::join) return;
    room* const of = find(what.room);
    if (of == nullptr) {
        ask(chat::leave_room{.room = answer.room}, {request_kind::leave, what.room});
        return;
    }
    of->number = answer.room;
    const bool again = of->position.begun();
    auto beginning = room_position::beginning::fits;
    if (of->wish.watched) {
        beginning = of->position.begin(answer);
        if (beginning == room_position::beginning::skips) return breach(*of, "records were left out");
        if (beginning == room_position::beginning::another_log) of->read_seq = 0;
        of->read_seq = std::max(of->read_seq, answer.read_seq);
        of->read_told = answer.read_seq;
        begin_chain(*of, answer);
        if (!numbers_.try_emplace(answer.room, of).second) return breach(*of, "two rooms have one number");
    }
    events_.on_joined({.name = what.room,
                       .topic = std::string{answer.topic},
                       .watched = of->wish.watched,
                       .first_seq = answer.first_seq,
                       .last_seq = answer.last_seq,
                       .last_n = answer.last_n,
                       .next_seq = answer.next_seq,
                       .unread = answer.last_n - std::min(answer.last_n, answer.read_n),
                       .again = again,
                       .read_seq = answer.read_seq,
                       .read_n = answer.read_n,
                       .flags = answer.flags.value_or(0),
                       .member_flags = answer.member_flags.value_or(0),
                       .slow_seconds = answer.slow_seconds.value_or(0)});
    if (beginning == room_position::beginning::another_log) events_.on_another_log(what.room);
    want_posts();
}

void client_session::handle(const chat::left&, std::uint32_t request) {
    asked what;
    take_request(request, what);
}

bool client_session::fits(room& of, std::uint64_t from_seq, std::uint64_t to_seq) {
    switch (of.position.accept(from_seq, to_seq)) {
        case room_position::verdict::fits:
            breaches_ = 0;
            return true;
        case room_position::verdict::repeated:
            if (!std::exchange(repeat_told_, true)) events_.on_trouble(of.wish.name, "records came twice");
            return false;
        case room_position::verdict::missing:
            break;
    }
    breach(of, "records are missing");
    return false;
}

void client_session::handle(const chat::record& record, std::uint32_t) {
    room* const of = find_number(record.room);
    if (of == nullptr || !fits(*of, record.seq, record.seq)) return;
    extend_chain(*of, record);
    take_over(scratch_, of->wish.name, record);
    events_.on_record(scratch_);
}

void client_session::handle(const chat::gap& gap, std::uint32_t) {
    room* const of = find_number(gap.room);
    if (of == nullptr || gap.from_seq > gap.to_seq || !fits(*of, gap.from_seq, gap.to_seq)) return;
    if (of->chain) of->chain = gap.chain;
    events_.on_gap({.room = of->wish.name,
                    .from_seq = gap.from_seq,
                    .to_seq = gap.to_seq,
                    .from_n = gap.from_n,
                    .to_n = gap.to_n});
}

void client_session::handle(const chat::caught_up& mark, std::uint32_t) {
    if (const room* const of = find_number(mark.room)) events_.on_caught_up(of->wish.name);
}

// --- answers

void client_session::handle(const chat::posted& answer, std::uint32_t request) {
    for (auto& [key, of] : rooms_) {
        const auto message = of.posts.acknowledge(request);
        if (!message) continue;
        if (message->id != answer.id) return breach(of, "an acknowledgement names another message");
        events_.on_posted({.room = of.wish.name,
                           .id = answer.id,
                           .seq = answer.seq,
                           .n = answer.n,
                           .durable = answer.durable,
                           .repeated = answer.repeated});
        want_posts();
        return leave_when_answered();
    }
}

void client_session::handle(const chat::room_list& list, std::uint32_t request) {
    asked what;
    if (!take_request(request, what)) return;
    std::vector<domain::room_line> lines;
    for (const chat::room_entry& each : list.rooms) lines.push_back(line_of(each));
    const bool last = !list.more || list.rooms.empty();
    chat::list_rooms next{};
    if (what.kind == request_kind::list_own_rooms) next.mine = true;
    if (!last) next.after = list.rooms.back().name;
    if (!last) ask(next, what);
    if (next.mine) return events_.on_own_rooms(lines, last);
    events_.on_rooms(lines, last);
}

void client_session::handle(const chat::member_list& list, std::uint32_t request) {
    asked what;
    if (!take_request(request, what)) return;
    std::vector<domain::member_line> lines;
    for (const chat::member_entry& each : list.entries) lines.push_back(line_of(each));
    const bool last = !list.more || list.entries.empty();
    if (!last) ask(chat::list_members{.room = list.room, .after = list.entries.back().author}, what);
    events_.on_members(what.room, lines, last);
}

void client_session::handle(const chat::nick_set& answer, std::uint32_t request) {
    asked what;
    if (take_request(request, what)) events_.on_nick(std::string{answer.nick});
}

void client_session::handle(const common_session::failure& told, std::uint32_t request) {
    request_failure why = failure_of(told);
    why.request = request;
    for (auto& [key, of] : rooms_) {
        if (of.posts.has(request)) return on_post_failure(of, request, why, told.retry_after_ms);
    }
    asked what;
    if (!take_request(request, what)) return;
    if (what.kind == request_kind::join) return on_join_failure(what, why);
    events_.on_request_failed(what.kind, what.room, why);
}

void client_session::on_join_failure(const asked& what, const request_failure& why) {
    room* const of = find(what.room);
    if (of != nullptr && !may_succeed_later(why.code)) {
        room gone = std::move(*of);
        rooms_.erase(room_key(what.room));
        reject_all(gone, why);
    }
    events_.on_request_failed(request_kind::join, what.room, why);
}

void client_session::on_post_failure(room& of, std::uint32_t request, const request_failure& why,
                                     std::uint32_t retry_after_ms) {
    if (!may_succeed_later(why.code)) {
        if (const auto message = of.posts.acknowledge(request)) events_.on_rejected(*message, why);
        want_posts();
        return leave_when_answered();
    }
    auto delay = common::seam::duration{milliseconds{retry_after_ms}};
    if (retry_after_ms == 0) delay = limits::post_retry_delay;
    delay = std::min<common::seam::duration>(delay, limits::post_retry_delay_max);
    const domain::outgoing& message = of.posts.postpone(request, loop_.mono_now() + delay);
    schedule_posts();
    events_.on_postponed(message, why);
    leave_when_answered();
}

}  // namespace chat_client::session
