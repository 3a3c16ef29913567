#include "chat-server/session/conversation.hpp"

#include "chat-server/session/failures.hpp"
#include "chat-server/session/limits.hpp"
#include "common/seam/mutation.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/session/messages.hpp"

#include <chrono>
#include <utility>

namespace chat_server::session {

namespace chat = protocol::chat;
using common::transport::incoming_frame;
using protocol::error_code;

conversation::conversation(hub& home, peer client)
    : home_(home),
      link_(*client.link),
      client_(std::move(client)),
      reader_(home.tails_),
      posts_(home.chosen_.posts_per_s, home.chosen_.posts_burst, home.loop_.mono_now()),
      slowed_(home.loop_),
      calm_(home.loop_) {}

void conversation::start() {
    link_.pause_reading();
    paused_ = true;
    link_.hand_over(*this);
    home_.store_.open_person(
        home_.loop_, client_.author, client_.key_name, client_.admin,
        answered(limits::small_answer_bytes, [this](const auto& opened) { on_person(opened); }));
}

void conversation::on_person(const storage::result<storage::person>& opened) {
    if (!opened) return refuse(code_of(opened.error()));
    me_ = *opened;
    home_.who_.connect({.author = me_.author,
                        .person = me_.number,
                        .nick = me_.nick,
                        .away = me_.away,
                        .admin = client_.admin});
    link_.send(chat::server_info{.you = me_.author,
                                 .nick = me_.nick,
                                 .text_bytes_max = home_.chosen_.text_bytes_max,
                                 .rooms_max = static_cast<std::uint32_t>(limits::rooms_joined_max),
                                 .durable = home_.chosen_.durable,
                                 .motd = home_.chosen_.motd});
}

// --- requests

void conversation::begin_request(std::size_t bytes) {
    requests_bytes_ += bytes;
    if (requests_bytes_ < limits::requests_bytes_max || paused_) return;
    paused_ = true;
    apply_reading();
}

void conversation::end_request(std::size_t bytes) {
    requests_bytes_ -= bytes;
    if (draining_) {
        if (requests_bytes_ == 0) say_goodbye();
        return;
    }
    if (!paused_ || me_.number == 0 || requests_bytes_ > limits::requests_bytes_max / 2) return;
    paused_ = false;
    apply_reading();
}

void conversation::apply_reading() {
    if (paused_ || slowed_.running()) {
        link_.pause_reading();
    } else {
        link_.resume_reading();
    }
}

template <class M>
void conversation::decode_and_handle(const incoming_frame& frame) {
    M asked;
    const error_code error = protocol::wire::decode(frame.payload, asked);
    if (error != error_code::none) return refuse(error);
    handle(asked, frame.header.request);
}

void conversation::on_frame(const incoming_frame& frame) {
    if (over_) return;
    switch (frame.header.type) {
        case chat::join_room::type:
            return decode_and_handle<chat::join_room>(frame);
        case chat::leave_room::type:
            return decode_and_handle<chat::leave_room>(frame);
        case chat::post::type:
            return decode_and_handle<chat::post>(frame);
        case chat::seen::type:
            return decode_and_handle<chat::seen>(frame);
        case chat::fetch::type:
            return decode_and_handle<chat::fetch>(frame);
        case chat::list_rooms::type:
            return decode_and_handle<chat::list_rooms>(frame);
        case chat::list_members::type:
            return decode_and_handle<chat::list_members>(frame);
        case chat::set_nick::type:
            return decode_and_handle<chat::set_nick>(frame);
        case chat::ask_fingerprint::type:
            return decode_and_handle<chat::ask_fingerprint>(frame);
        case chat::search::type:
            return decode_and_handle<chat::search>(frame);
        case chat::typing::type:
            return decode_and_handle<chat::typing>(frame);
        case chat::set_away::type:
            return decode_and_handle<chat::set_away>(frame);
        case chat::whois::type:
            return decode_and_handle<chat::whois>(frame);
        case protocol::session::bye::type:
            return link_.close();
        default:
            break;
    }
    // Frames of a newer version may be skipped, unless they say otherwise; those of the handshake are over.
    const bool handshake = frame.header.type <= protocol::session::refusal::type;
    if (handshake) return refuse(error_code::unexpected);
    if ((frame.header.flags & protocol::frame::flag_critical) != 0) refuse(error_code::unsupported);
}

// --- reading

void conversation::read_news() {
    news_due_ = false;
    if (!over_) link_.fill_now();
}

bool conversation::fill(common::transport::outbox& to) {
    if (latest_due_) append_latest(to);
    const bool more = reader_.fill(to);
    const auto count = reader_.take_count();
    add(home_.counters_.delivered_records, count.records);
    add(home_.counters_.delivered_bytes, count.bytes);
    if (common::seam::mutated(common::seam::mutation::cursor_on_write)) {
        reader_.for_each_room([this](std::uint32_t room) {
            home_.store_.move_cursor(me_.number, room, {.delivered_seq = reader_.next_seq(room) - 1});
        });
    }
    if (const auto page = reader_.wanted_page()) {
        add(home_.counters_.pages_asked, 1);
        home_.store_.read(home_.loop_, *page,
                          [weak = weak_from_this(), room = page->room](const storage::read_answer& answer) {
                              const auto self = weak.lock();
                              if (self != nullptr && !self->over_) self->on_page(room, answer);
                          });
    }
    return more;
}

void conversation::on_page(std::uint32_t room, const storage::read_answer& page) {
    if (page.error != error_code::none) return refuse(page.error);
    if (const auto gone = reader_.on_page(room, page)) link_.send(*gone);
    link_.want_fill();
}

// --- endings

void conversation::fail(std::uint32_t request, error_code why, std::string_view reason,
                        std::uint32_t retry_after_ms) {
    if (reason.empty()) reason = name_of(why);
    link_.send(
        protocol::session::failure{
            .code = static_cast<std::uint16_t>(why), .retry_after_ms = retry_after_ms, .reason = reason},
        request);
}

void conversation::refuse(error_code why) {
    link_.send(protocol::session::refusal{
        .code = static_cast<std::uint16_t>(why), .retry_after_ms = 0, .reason = name_of(why)});
    link_.close();
}

void conversation::drain() {
    if (draining_ || over_) return;
    draining_ = true;
    paused_ = true;
    apply_reading();
    if (requests_bytes_ == 0) say_goodbye();
}

void conversation::say_goodbye() {
    link_.send(protocol::session::bye{});
    link_.close();
}

void conversation::leave_all() {
    reader_.for_each_room([this](std::uint32_t room) {
        home_.room(room).remove(this);
        home_.who_.leave(room, me_.author, watched_.contains(room), false);
    });
    if (me_.number == 0) return;
    home_.who_.disconnect(me_.author);
    home_.store_.note_seen(me_.number);
}

void conversation::on_closed(common::transport::close_reason, std::error_code) {
    over_ = true;
    slowed_.stop();
    calm_.stop();
    leave_all();
    home_.forget(this);
}

}  // namespace chat_server::session
