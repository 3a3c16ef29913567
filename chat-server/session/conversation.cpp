#include "chat-server/session/conversation.hpp"

#include "chat-server/domain/names.hpp"
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

namespace {

error_code code_of(const std::error_code& error) {
    return error.category() == protocol::error_category() ? static_cast<error_code>(error.value())
                                                          : error_code::internal;
}

}  // namespace

template <class Then>
auto conversation::answered(std::size_t bytes, Then then) {
    begin_request(bytes);
    return [weak = weak_from_this(), bytes, then = std::move(then)](const auto& answer) {
        const auto self = weak.lock();
        if (self == nullptr || self->over_) return;
        then(answer);
        self->end_request(bytes);
    };
}

conversation::conversation(hub& home, peer client)
    : home_(home),
      link_(*client.link),
      client_(std::move(client)),
      reader_(home.tails_),
      posts_(home.chosen_.posts_per_s, home.chosen_.posts_burst, home.loop_.mono_now()),
      slowed_(home.loop_) {}

void conversation::start() {
    link_.pause_reading();
    paused_ = true;
    link_.hand_over(*this);
    home_.store_.open_person(
        home_.loop_, client_.author, client_.key_name,
        answered(limits::small_answer_bytes, [this](const auto& opened) { on_person(opened); }));
}

void conversation::on_person(const storage::result<storage::person>& opened) {
    if (!opened) return refuse(code_of(opened.error()));
    me_ = *opened;
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

void conversation::handle(const chat::join_room& asked, std::uint32_t request) {
    const auto name = domain::room_name(asked.room);
    if (!name) return fail(request, error_code::bad_name, "rooms are letters, digits, '-', '_' and '.'");
    if (asked.start == chat::start_at::before_seq) return refuse(error_code::malformed);
    if (reader_.room_count() >= limits::rooms_joined_max) {
        return fail(request, error_code::quota_exceeded, "this connection has joined too many rooms");
    }
    storage::room_request wanted{.name = *name,
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
        return fail(request, why, why == error_code::quota_exceeded ? "this server has too many rooms" : "");
    }
    const storage::room_info& info = opened->room;
    live_room& room = home_.room(info.number);
    room.last_seq = std::max(room.last_seq, info.last_seq);
    link_.send(chat::joined{.room = info.number,
                            .name = info.name,
                            .topic = info.topic,
                            .first_seq = info.first_seq,
                            .last_seq = info.last_seq,
                            .last_n = info.last_n,
                            .next_seq = opened->next_seq,
                            .delivered_seq = opened->position.delivered_seq,
                            .read_seq = opened->position.read_seq,
                            .read_n = opened->read_n},
               request);
    if (!reader_.has_joined(info.number)) {
        room.members.push_back(this);
        home_.who_.enter(info.number, {.author = me_.author, .person = me_.number, .nick = me_.nick});
    }
    reader_.join(room, opened->next_seq);
    link_.want_fill();
}

void conversation::handle(const chat::leave_room& asked, std::uint32_t request) {
    if (!reader_.leave(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    home_.room(asked.room).remove(this);
    home_.who_.leave(asked.room, me_.author);
    link_.send(chat::left{.room = asked.room}, request);
}

// Nothing is refused for coming too fast: what was sent keeps its order, and the next is read when it is due.
void conversation::slow_down(common::seam::duration pause) {
    if (pause <= common::seam::duration::zero()) return;
    add(home_.counters_.slowed_posts, 1);
    slowed_.start(pause, [this] { apply_reading(); });
    apply_reading();
}

void conversation::handle(const chat::post& asked, std::uint32_t request) {
    slow_down(posts_.charge(home_.loop_.mono_now()));
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    if (asked.kind != chat::record_kind::message) {
        return fail(request, error_code::not_permitted, "this server takes messages only");
    }
    if (asked.text.empty()) return fail(request, error_code::not_permitted, "the message is empty");
    if (asked.text.size() > home_.chosen_.text_bytes_max) {
        return fail(request, error_code::not_permitted,
                    "the message is longer than " + std::to_string(home_.chosen_.text_bytes_max) + " bytes");
    }
    storage::new_record record{.author = me_.number,
                               .room = asked.room,
                               .kind = asked.kind,
                               .id = asked.id,
                               .sent_at_ms = asked.sent_at_ms,
                               .target_n = asked.target_n,
                               .text = std::string{asked.text}};
    const std::size_t bytes = limits::small_answer_bytes + asked.text.size();
    home_.store_.append(home_.loop_, std::move(record),
                        answered(bytes, [this, request, id = asked.id](const storage::appended& place) {
                            if (place.error != error_code::none) return fail(request, place.error, "");
                            link_.send(chat::posted{.room = place.room,
                                                    .seq = place.seq,
                                                    .n = place.n,
                                                    .id = id,
                                                    .durable = place.durable,
                                                    .repeated = place.repeated},
                                       request);
                        }));
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
                                       .bytes_max = storage::limits::page_bytes_max};
    home_.store_.read(home_.loop_, wanted,
                      answered(limits::page_answer_bytes, [=, this](const storage::read_answer& page) {
                          if (page.error != error_code::none) return fail(request, page.error, "");
                          chat::page answer;
                          answer.room = asked.room;
                          answer.from_seq = page.from_seq;
                          answer.to_seq = page.to_seq;
                          if (page.block != nullptr) answer.frames = chat::bytes_view{page.block->bytes};
                          link_.send(answer, request);
                      }));
}

void conversation::handle(const chat::list_rooms& asked, std::uint32_t request) {
    const auto send_all =
        answered(limits::list_answer_bytes, [this, request](const storage::room_page& rooms) {
            std::vector<std::uint32_t> numbers;
            for (const storage::room_info& room : rooms.rooms) numbers.push_back(room.number);
            home_.who_.count(home_.loop_, std::move(numbers),
                             answered(limits::list_answer_bytes,
                                      [=, this](const auto& counts) { send_rooms(rooms, counts, request); }));
        });
    home_.store_.list_rooms(home_.loop_, std::string{asked.after}, send_all);
}

void conversation::send_rooms(const storage::room_page& rooms, const std::vector<std::uint32_t>& counts,
                              std::uint32_t request) {
    chat::room_list list{.more = rooms.more, .rooms = {}};
    for (std::size_t i = 0; i < rooms.rooms.size(); ++i) {
        const storage::room_info& room = rooms.rooms[i];
        list.rooms.push_back({.room = room.number,
                              .name = room.name,
                              .topic = room.topic,
                              .member_count = counts[i],
                              .last_seq = room.last_seq,
                              .last_n = room.last_n,
                              .last_at_ms = room.last_at_ms});
    }
    link_.send(list, request);
}

void conversation::handle(const chat::list_members& asked, std::uint32_t request) {
    const std::uint32_t room = asked.room;
    if (!reader_.has_joined(room)) return fail(request, error_code::no_such_room, "not joined");
    const auto with_cursors = [this, room, request](const domain::presence::listing& listing) {
        std::vector<storage::person_number> people;
        for (const domain::member& member : listing.members) people.push_back(member.person);
        home_.store_.list_cursors(home_.loop_, room, std::move(people),
                                  answered(limits::list_answer_bytes, [=, this](const auto& cursors) {
                                      send_members(room, listing, cursors, request);
                                  }));
    };
    home_.who_.list(home_.loop_, room, asked.after, answered(limits::list_answer_bytes, with_cursors));
}

void conversation::send_members(std::uint32_t room, const domain::presence::listing& listing,
                                const std::vector<storage::cursor>& cursors, std::uint32_t request) {
    chat::member_list list{.room = room,
                           .total = static_cast<std::uint32_t>(listing.total),
                           .more = listing.more,
                           .entries = {}};
    for (std::size_t i = 0; i < cursors.size(); ++i) {
        const domain::member& member = listing.members[i];
        list.entries.push_back({.author = member.author,
                                .nick = member.nick,
                                .connections = member.connections,
                                .delivered_seq = cursors[i].delivered_seq,
                                .read_seq = cursors[i].read_seq});
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

// --- reading

void conversation::read_news() {
    news_due_ = false;
    if (!over_) link_.fill_now();
}

bool conversation::fill(common::transport::outbox& to) {
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
        home_.who_.leave(room, me_.author);
    });
}

void conversation::on_closed(common::transport::close_reason, std::error_code) {
    over_ = true;
    leave_all();
    home_.forget(this);
}

}  // namespace chat_server::session
