#include "tests/simulation/chat/client.hpp"

#include "protocol/wire/codec.hpp"
#include "tests/simulation/chat/server.hpp"

#include <algorithm>

namespace tests::simulation::chat {

using namespace std::chrono_literals;
namespace chat = protocol::chat;
namespace transport = common::transport;

namespace {

constexpr duration reconnect_delay_max = 1s;
constexpr duration seen_delay_max = 300ms;
constexpr duration retry_delay = 500ms;

}  // namespace

client::client(process& own, network& net, std::string name, std::vector<std::string> rooms, oracle& truth)
    : own_(own),
      net_(net),
      name_(std::move(name)),
      rooms_(std::move(rooms)),
      truth_(truth),
      kept_(own.disk()),
      reconnect_(own.loop()),
      seen_timer_(own.loop()),
      resume_(own.loop()),
      retry_(own.loop()) {
    for (const auto& message : kept_.outbox()) truth_.intended(message.id, message.text);
    connect_later(0ms);
}

void client::broken(const std::string& what) {
    if (own_.running()) own_.machine().sim().fail(name_ + ": " + what);
}

void client::disk_failed(std::error_code why) {
    own_.exit("disk: " + why.message());
}

bool client::write(const std::string& room, std::string text) {
    outgoing message{.id = {}, .room = room, .text = std::move(text), .order = 0};
    own_.random().fill(message.id);
    if (const auto error = kept_.put_out(message)) {
        disk_failed(error);
        return false;
    }
    truth_.intended(message.id, message.text);
    own_.machine().sim().note(name_, "writes " + short_name(message.id) + " to " + room);
    for (const auto& [number, joined] : joined_) {
        if (joined.name == room) send(number, kept_.outbox().back());
    }
    return true;
}

void client::pause_for(duration time) {
    if (!link_) return;
    link_->pause_reading();
    resume_.start(time, [this] {
        if (link_) link_->resume_reading();
    });
}

void client::connect_later(duration delay) {
    reconnect_.start(delay, [this] { connect(); });
}

void client::connect() {
    net_.connect(own_, address_for(name_), [this](auto outcome) {
        if (!outcome) return connect_later(own_.random().between(10ms, reconnect_delay_max));
        transport::connection_limits bounds;
        bounds.backlog_bytes_max = 0;
        link_ = transport::framed_connection::create(own_.loop(), *std::move(outcome), pool_, bounds);
        link_->set_established(protocol::limits::data_payload_bytes_max);
        link_->start(*this);
    });
}

void client::on_closed(transport::close_reason, std::error_code) {
    link_ = nullptr;
    joined_.clear();
    joins_.clear();
    posts_.clear();
    resume_.stop();
    retry_.stop();
    connect_later(own_.random().between(10ms, reconnect_delay_max));
}

template <class M>
bool client::take(const transport::incoming_frame& frame) {
    if (frame.header.type != M::type) return false;
    M message;
    if (protocol::wire::decode(frame.payload, message) != protocol::error_code::none) {
        broken("a frame of the server does not decode");
        return true;
    }
    on(message, frame.header.request);
    return true;
}

void client::on_frame(const transport::incoming_frame& frame) {
    if (!own_.running()) return;
    if (frame.header.type == protocol::session::refusal::type) {
        protocol::session::refusal told;
        (void)protocol::wire::decode(frame.payload, told);
        const auto code = static_cast<protocol::error_code>(told.code);
        // A server that shuts down or lost its disk may refuse; a breach of the protocol would be ours.
        if (told.code < static_cast<std::uint16_t>(protocol::error_code::not_authorised)) {
            broken("refused: " + std::string{protocol::name_of(code)});
        }
        return;
    }
    (void)(take<chat::server_info>(frame) || take<chat::joined>(frame) || take<chat::record>(frame) ||
           take<chat::gap>(frame) || take<chat::posted>(frame) || take<protocol::session::failure>(frame));
}

void client::on(const chat::server_info& info, std::uint32_t) {
    if (info.you != author_of(name_)) broken("is taken for somebody else");
    for (const auto& room : rooms_) {
        chat::join_room join;
        join.room = room;
        // The server's cursor is good enough once the server has told us that it has one; otherwise we say
        // where.
        join.start = has_cursor_[room] ? chat::start_at::cursor : chat::start_at::after_seq;
        join.position = join.start == chat::start_at::cursor ? 0 : kept_.last_seq(room);
        joins_[next_request_] = room;
        link_->send(join, next_request_++);
    }
}

void client::on(const chat::joined& joined, std::uint32_t request) {
    const auto asked = joins_.find(request);
    if (asked == joins_.end()) return broken("a room is joined that nobody asked for");
    const std::string room = asked->second;
    joins_.erase(asked);
    joined_[joined.room] = {room, kept_.last_seq(room)};
    has_cursor_[room] = joined.delivered_seq > 0;
    if (joined.next_seq > kept_.last_seq(room) + 1) {
        broken("reading " + room + " begins at #" + std::to_string(joined.next_seq) + " behind #" +
               std::to_string(kept_.last_seq(room)));
    }
    send_outbox(joined.room, room);
}

void client::on(const chat::record& record, std::uint32_t) {
    const auto found = joined_.find(record.room);
    if (found == joined_.end()) return broken("a record of a room that is not joined");
    auto& room = found->second;
    own_.machine().sim().note(name_, "gets #" + std::to_string(record.seq) + " " + short_name(record.id));
    truth_.seen(name_, {room.name, record.seq, record.id, record.text});
    if (record.seq <= room.last_seq) return;
    if (record.seq != room.last_seq + 1) {
        broken("#" + std::to_string(record.seq) + " of " + room.name + " follows #" +
               std::to_string(room.last_seq));
    }
    room.last_seq = record.seq;
    if (const auto error = kept_.add(room.name, record.seq)) return disk_failed(error);
    if (!seen_timer_.running()) {
        seen_timer_.start(own_.random().between(0ms, seen_delay_max), [this] { tell_seen(); });
    }
}

void client::on(const chat::gap& gap, std::uint32_t) {
    const auto found = joined_.find(gap.room);
    if (found == joined_.end()) return broken("a gap in a room that is not joined");
    auto& room = found->second;
    truth_.not_kept(room.name, gap.to_seq);
    if (gap.from_seq > room.last_seq + 1) broken("a hole in " + room.name + " in front of a gap");
    if (gap.to_seq <= room.last_seq) return;
    room.last_seq = gap.to_seq;
    if (const auto error = kept_.add(room.name, gap.to_seq)) disk_failed(error);
}

void client::on(const chat::posted& posted, std::uint32_t request) {
    const auto asked = posts_.find(request);
    if (asked == posts_.end() || asked->second != posted.id) return broken("an answer to another question");
    posts_.erase(asked);
    own_.machine().sim().note(name_,
                              "is told that " + short_name(posted.id) + " is #" + std::to_string(posted.seq));
    truth_.acknowledged(joined_[posted.room].name, posted.seq, posted.id);
    if (const auto error = kept_.take_in(posted.id)) disk_failed(error);
}

void client::on(const protocol::session::failure& failure, std::uint32_t request) {
    const auto code = static_cast<protocol::error_code>(failure.code);
    const bool passing =
        code == protocol::error_code::rate_limited || code == protocol::error_code::no_space ||
        code == protocol::error_code::storage_failed || code == protocol::error_code::shutting_down;
    if (!passing) broken("a request failed: " + std::string{protocol::name_of(code)});
    posts_.erase(request);
    const bool join_failed = joins_.erase(request) > 0;
    if (join_failed) return link_->close();
    if (retry_.running()) return;
    retry_.start(retry_delay, [this] {
        for (const auto& [number, room] : joined_) send_outbox(number, room.name);
    });
}

void client::send_outbox(std::uint32_t room, const std::string& name) {
    for (const auto& message : kept_.outbox()) {
        const bool waiting =
            std::ranges::any_of(posts_, [&](const auto& each) { return each.second == message.id; });
        if (message.room == name && !waiting) send(room, message);
    }
}

void client::send(std::uint32_t room, const outgoing& message) {
    posts_[next_request_] = message.id;
    chat::post post;
    post.room = room;
    post.id = message.id;
    post.sent_at_ms = own_.loop().wall_now().time_since_epoch().count();
    post.text = message.text;
    link_->send(post, next_request_++);
}

// Only what is on disk counts as delivered.
void client::tell_seen() {
    if (const auto error = kept_.sync()) return disk_failed(error);
    if (!link_) return;
    for (const auto& [number, room] : joined_) {
        chat::seen seen;
        seen.room = number;
        seen.delivered_seq = seen.read_seq = kept_.last_seq(room.name);
        if (seen.delivered_seq > 0) link_->send(seen);
    }
}

}  // namespace tests::simulation::chat
