#include "chat-client/session/client_session.hpp"

#include "chat-client/session/limits.hpp"
#include "protocol/wire/utf8.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::session {

namespace chat = protocol::chat;
using common::transport::close_reason;
using protocol::error_code;

namespace {

// What the encoder takes and the other side accepts.
bool is_text(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && protocol::wire::is_valid_utf8(text);
}

bool can_be_posted(const domain::outgoing& message) {
    const bool needs_text =
        message.kind == chat::record_kind::message || message.kind == chat::record_kind::edit;
    return is_text(message.text, protocol::limits::text_bytes_max) || (!needs_text && message.text.empty());
}

}  // namespace

client_session::client_session(common::seam::event_loop& loop, session_events& events,
                               session_options options)
    : loop_(loop),
      events_(events),
      options_(std::move(options)),
      seen_timer_(loop),
      post_timer_(loop),
      latency_timer_(loop) {}

std::string client_session::room_key(std::string_view name) {
    std::string key{name};
    for (char& c : key) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return key;
}

client_session::room* client_session::find(std::string_view name) {
    const auto found = rooms_.find(room_key(name));
    return found == rooms_.end() ? nullptr : &found->second;
}

client_session::room* client_session::find_number(std::uint32_t number) {
    const auto found = numbers_.find(number);
    return found == numbers_.end() ? nullptr : found->second;
}

// --- rooms

bool client_session::join(room_wish wish) {
    if (!is_text(wish.name, protocol::limits::name_bytes_max)) return false;
    const std::string key = room_key(wish.name);
    const auto found = rooms_.find(key);
    if (found == rooms_.end() && rooms_.size() >= limits::rooms_max) return false;
    if (found != rooms_.end() && found->second.wish.watched) return true;
    const start_point start = wish.start;
    room fresh{.wish = std::move(wish), .position = room_position{start}};
    if (found != rooms_.end()) {
        // It was there for posting only: the posts stay, reading begins.
        found->second.wish = fresh.wish;
        found->second.position = fresh.position;
    }
    room& joined = rooms_.try_emplace(key, std::move(fresh)).first->second;
    if (ready_) ask_to_join(joined);
    return true;
}

void client_session::leave(std::string_view name) {
    room* const of = find(name);
    if (of == nullptr) return;
    if (ready_ && of->number != 0)
        ask(chat::leave_room{.room = of->number}, {request_kind::leave, of->wish.name});
    numbers_.erase(of->number);
    reject_all(*of, {error_code::no_such_room, "left the room"});
    rooms_.erase(room_key(name));
}

void client_session::skip_to(std::string_view name, start_point start) {
    room* const of = find(name);
    if (of == nullptr || of->number == 0) return;
    // Records that are still on their way belong to nobody until the answer comes.
    numbers_.erase(of->number);
    of->number = 0;
    of->position = room_position{start};
    of->chain.reset();
    ask_to_join(*of);
}

void client_session::ask_to_join(room& of) {
    const start_point start = of.position.asks();
    const std::uint32_t existing_only = of.wish.existing_only ? chat::join_flags::existing_only : 0;
    const std::uint32_t presence = of.wish.presence ? chat::join_flags::presence : 0;
    ask(chat::join_room{.room = of.wish.name,
                        .flags = existing_only | presence,
                        .start = start.at,
                        .position = start.position},
        {request_kind::join, of.wish.name});
}

void client_session::taken(std::string_view name, std::uint64_t seq) {
    room* const of = find(name);
    if (of == nullptr) return;
    of->position.take(seq);
    if (!options_.acknowledges || !ready_) return;
    if (of->position.not_told() >= limits::seen_records_max) return send_seen();
    if (of->position.not_told() > 0) schedule_seen();
}

void client_session::read(std::string_view name, std::uint64_t seq) {
    room* const of = find(name);
    if (of == nullptr || seq <= of->read_seq) return;
    of->read_seq = seq;
    if (ready_ && options_.acknowledges) schedule_seen();
}

void client_session::schedule_seen() {
    if (!seen_timer_.running()) seen_timer_.start(limits::seen_delay_max, [this] { send_seen(); });
}

void client_session::send_seen() {
    if (!ready_ || !options_.acknowledges) return;
    for (auto& [key, of] : rooms_) {
        if (of.number == 0 || !of.wish.watched) continue;
        const auto taken = of.position.due_seen();
        if (!options_.reads) of.read_seq = of.position.taken();
        if (!taken && of.read_seq <= of.read_told) continue;
        of.read_told = of.read_seq;
        link_->send(
            chat::seen{.room = of.number, .delivered_seq = of.position.taken(), .read_seq = of.read_seq});
    }
}

// --- posts

void client_session::post(domain::outgoing message) {
    room* of = find(message.room);
    if (of == nullptr) {
        const bool joined = join({.name = message.room, .start = {}, .watched = false});
        if (!joined) return events_.on_rejected(message, {error_code::bad_name, "cannot join that room"});
        of = find(message.room);
    }
    if (!can_be_posted(message)) {
        return events_.on_rejected(message,
                                   {error_code::not_permitted, "the text is empty, too long or not UTF-8"});
    }
    of->posts.push(std::move(message));
    want_posts();
}

bool client_session::has_room(std::string_view name) const {
    const auto found = rooms_.find(room_key(name));
    return found == rooms_.end() || found->second.posts.has_room();
}

std::size_t client_session::unacknowledged() const {
    std::size_t count = 0;
    for (const auto& [key, of] : rooms_) count += of.posts.size();
    return count;
}

std::size_t client_session::posts_in_flight() const {
    std::size_t count = 0;
    for (const auto& [key, of] : rooms_) count += of.posts.in_flight();
    return count;
}

void client_session::want_posts() {
    if (ready_ && !going_away_) link_->want_fill();
}

bool client_session::fill(common::transport::outbox& to) {
    if (!ready_ || going_away_ || rooms_.empty()) return false;
    // Whoever comes after the room that was served last goes first.
    auto at = rooms_.upper_bound(turn_);
    for (std::size_t i = 0; i < rooms_.size(); ++i, ++at) {
        if (at == rooms_.end()) at = rooms_.begin();
        if (append_posts(at->second, to)) {
            turn_ = at->first;
            return true;
        }
    }
    return false;
}

// True when something was appended.
bool client_session::append_posts(room& of, common::transport::outbox& to) {
    if (of.number == 0) return false;
    bool any = false;
    while (to.size_bytes() < common::transport::limits::outbox_low_water_bytes) {
        const domain::outgoing* const message = of.posts.next(loop_.mono_now());
        if (message == nullptr) break;
        const chat::post post{.room = of.number,
                              .kind = message->kind,
                              .id = message->id,
                              .sent_at_ms = message->sent_at_ms,
                              .text = message->text,
                              .target_n = message->target_n,
                              .action = message->action,
                              .subject = message->subject};
        const std::uint32_t request = ++last_request_;
        protocol::frame::encode_to(to.extend(protocol::frame::frame_bytes(post)), post, request);
        of.posts.sent(request);
        any = true;
    }
    return any;
}

void client_session::schedule_posts() {
    const auto now = loop_.mono_now();
    std::optional<common::seam::mono_time> first;
    for (const auto& [key, of] : rooms_) {
        const auto until = of.posts.paused_until();
        if (until && *until > now && (!first || *until < *first)) first = until;
    }
    if (!first) return;
    post_timer_.start(*first - now, [this] {
        want_posts();
        schedule_posts();
    });
}

void client_session::reject_all(room& of, const request_failure& why) {
    for (const domain::outgoing& message : of.posts.clear()) events_.on_rejected(message, why);
}

// --- one connection

void client_session::attach(std::shared_ptr<common::transport::framed_connection> link) {
    link_ = std::move(link);
    ready_ = going_away_ = ending_ = repeat_told_ = false;
    why_ = {};
    link_->hand_over(*this);
    if (!paused_) link_->resume_reading();
}

void client_session::pause_reading() {
    paused_ = true;
    if (link_) link_->pause_reading();
}

void client_session::resume_reading() {
    paused_ = false;
    if (link_) link_->resume_reading();
}

void client_session::finish() {
    if (!link_) return;
    send_seen();
    link_->send(protocol::session::bye{});
    end({.reason = "finished", .retryable = false});
}

void client_session::breach(const room& of, std::string_view what) {
    events_.on_trouble(of.wish.name, what);
    ++breaches_;
    end({.code = error_code::unexpected,
         .reason = std::string{what},
         .retryable = breaches_ < limits::breaches_max});
}

// The first cause counts; on_closed() tells it.
void client_session::end(disconnect why) {
    if (std::exchange(ending_, true) || !link_) return;
    why_ = std::move(why);
    link_->close();
}

void client_session::leave_when_answered() {
    if (!going_away_ || posts_in_flight() > 0) return;
    const auto retry_after = why_.retry_after;
    link_->send(protocol::session::bye{});
    end({.reason = "the server asked us to come back later", .retry_after = retry_after});
}

void client_session::on_closed(close_reason reason, std::error_code error) {
    if (!ending_) {
        why_.reason = error ? error.message() : std::string{name_of(reason)};
        // Bytes that are no frames will not become better.
        if (reason == close_reason::protocol_error && ++breaches_ >= limits::breaches_max)
            why_.retryable = false;
    }
    link_.reset();
    ready_ = false;
    seen_timer_.stop();
    post_timer_.stop();
    latency_timer_.stop();
    ping_sent_.reset();
    requests_.clear();
    numbers_.clear();
    for (auto& [key, of] : rooms_) {
        of.number = 0;
        of.typing_told.reset();
        of.posts.disconnected();
    }
    events_.on_disconnected(std::exchange(why_, {}));
}

}  // namespace chat_client::session
