// The client's side of the chat over one connection after another: rooms in order, posts exactly once.
//
//   client_session chat(loop, events, {.acknowledges = true});
//   chat.join({.name = "lobby", .start = {start_at::last_n, 20}});
//   chat.post(message);                     kept until the server has acknowledged it, over any reconnect
//   chat.attach(link);                      a connection past Welcome, until on_disconnected(); then the next
//   chat.taken("lobby", record.seq);        the consumer has it: the server's cursor may move
//   chat.search(wish)                       requests return a number that comes back with the answer
//   chat.pause_reading();                   the consumer is slow: nothing more is read until resume_reading()
//   chat.finish();                          says goodbye; on_disconnected() follows
//
//   link ─▶ on_frame ─▶ room_position (order) ─▶ events         outgoing ─▶ post_queue ─▶ fill ─▶ link
//
// No Asio, no disk: a program stores messages before it posts them and forgets them after on_posted(). Only
// from the loop's thread; the session outlives its connection's on_disconnected().
#pragma once

#include "chat-client/session/limits.hpp"
#include "chat-client/session/post_queue.hpp"
#include "chat-client/session/room_position.hpp"
#include "chat-client/session/session_events.hpp"
#include "common/seam/event_loop.hpp"
#include "common/transport/framed_connection.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/session/messages.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chat_client::session {

struct session_options {
    bool acknowledges = false;  // tells the server what was taken (its cursor for this key)
    std::string nick{};         // wished; empty: what the server has
    bool reads = false;         // what was read is told by read(); otherwise what was taken was read
    bool fingerprints = false;  // computes the transcript's hash of each room
    bool measures = false;      // on_latency()
};

struct room_wish {
    std::string name;
    start_point start{};
    bool existing_only = false;
    bool watched = true;  // false: only for posting
    bool presence = false;
};

class client_session final : public common::transport::connection_events {
  public:
    client_session(common::seam::event_loop& loop, session_events& events, session_options options);

    // Now, or as soon as there is a connection. False: too many rooms, or no room can be called so.
    bool join(room_wish wish);
    void leave(std::string_view room);
    // Reading goes on there instead; what lies between is not told. Only after on_joined().
    void skip_to(std::string_view room, start_point start);
    // A room that was not joined is joined for posting only. Text is UTF-8.
    void post(domain::outgoing message);
    bool has_room(std::string_view room) const;
    std::size_t unacknowledged() const;

    void taken(std::string_view room, std::uint64_t seq);
    // A person has seen it, with .reads.
    void read(std::string_view room, std::uint64_t seq);
    void pause_reading();
    void resume_reading();

    // Each needs a connection that is up, some a room that is joined; 0: they have none. What a lost
    // connection did not answer is asked again by nobody.
    std::uint32_t list_rooms();
    std::uint32_t list_own_rooms();
    std::uint32_t list_members(std::string_view room);
    std::uint32_t set_nick(std::string nick);
    // At most `count` messages, and what lies between them.
    std::uint32_t fetch(std::string_view room, start_point start, std::uint32_t count);
    std::uint32_t set_away(bool away, std::string reason);
    std::uint32_t whois(std::string_view nick);
    std::uint32_t search(const domain::search_wish& wish);
    // Whether the server computes what fingerprint() says; 0 also where there is none yet.
    std::uint32_t compare_fingerprint(std::string_view room);
    // As often as a key is pressed: the server is told rarely.
    void typing(std::string_view room, bool on = true);

    // What was computed here, up to the last record that came; nothing: the server does not help.
    std::optional<domain::fingerprint> fingerprint(std::string_view room) const;

    void attach(std::shared_ptr<common::transport::framed_connection> link);
    bool is_up() const { return ready_; }
    void finish();

    // Rooms are compared like this: ASCII letters in lower case, as servers spell them.
    static std::string room_key(std::string_view name);

  private:
    struct room {
        room_wish wish;
        room_position position;
        std::uint32_t number = 0;  // on the present connection; 0: not joined
        post_queue posts{};
        std::uint64_t read_seq = 0;
        std::uint64_t read_told = 0;
        std::optional<protocol::chat::chain_hash> chain{};  // up to what was received
        std::optional<common::seam::mono_time> typing_told{};
    };
    struct asked {
        request_kind kind{};
        std::string room{};
        protocol::chat::chain_hash chain{};  // to compare
    };

    void on_frame(const common::transport::incoming_frame& frame) override;
    bool fill(common::transport::outbox& to) override;
    void on_pong(std::uint64_t token) override;
    void on_closed(common::transport::close_reason reason, std::error_code error) override;

    template <class M>
    void decode_and_handle(const common::transport::incoming_frame& frame);
    void handle(const protocol::chat::server_info& info, std::uint32_t request);
    void handle(const protocol::chat::joined& answer, std::uint32_t request);
    void handle(const protocol::chat::left& answer, std::uint32_t request);
    void handle(const protocol::chat::record& record, std::uint32_t request);
    void handle(const protocol::chat::gap& gap, std::uint32_t request);
    void handle(const protocol::chat::caught_up& mark, std::uint32_t request);
    void handle(const protocol::chat::posted& answer, std::uint32_t request);
    void handle(const protocol::chat::room_list& list, std::uint32_t request);
    void handle(const protocol::chat::member_list& list, std::uint32_t request);
    void handle(const protocol::chat::nick_set& answer, std::uint32_t request);
    void handle(const protocol::chat::page& told, std::uint32_t request);
    void handle(const protocol::chat::presence& told, std::uint32_t request);
    void handle(const protocol::chat::away_set& answer, std::uint32_t request);
    void handle(const protocol::chat::person& told, std::uint32_t request);
    void handle(const protocol::chat::cursor_moved& told, std::uint32_t request);
    void handle(const protocol::chat::room_notice& told, std::uint32_t request);
    void handle(const protocol::chat::removed& told, std::uint32_t request);
    void handle(const protocol::chat::slowed& told, std::uint32_t request);
    void handle(const protocol::chat::found& told, std::uint32_t request);
    void handle(const protocol::chat::fingerprint& told, std::uint32_t request);
    void handle(const protocol::session::failure& told, std::uint32_t request);
    void handle(const protocol::session::refusal& told, std::uint32_t request);
    void handle(const protocol::session::go_away& told, std::uint32_t request);
    void on_post_failure(room& of, std::uint32_t request, const request_failure& why,
                         std::uint32_t retry_after_ms);
    void on_join_failure(const asked& what, const request_failure& why);

    template <class M>
    std::uint32_t ask(const M& message, asked what) {
        if (!ready_ || requests_.size() >= limits::requests_max) return 0;
        const std::uint32_t request = ++last_request_;
        requests_.emplace(request, std::move(what));
        link_->send(message, request);
        return request;
    }
    bool on_people_frame(const common::transport::incoming_frame& frame);
    const room* find_joined(std::string_view name) const;
    void extend_chain(room& of, const protocol::chat::record& record);
    void begin_chain(room& of, const protocol::chat::joined& answer);
    void measure_latency();
    bool take_request(std::uint32_t request, asked& what);
    void ask_to_join(room& of);
    room* find(std::string_view name);
    room* find_number(std::uint32_t number);
    bool append_posts(room& of, common::transport::outbox& to);
    void want_posts();
    // Wakes up for the first room that may post again.
    void schedule_posts();
    void reject_all(room& of, const request_failure& why);
    std::size_t posts_in_flight() const;

    // The stream of a room goes on with these; false when they must not be shown.
    bool fits(room& of, std::uint64_t from_seq, std::uint64_t to_seq);
    void breach(const room& of, std::string_view what);
    void end(disconnect why);
    void leave_when_answered();
    void schedule_seen();
    void send_seen();

    common::seam::event_loop& loop_;
    session_events& events_;
    const session_options options_;
    std::map<std::string, room> rooms_;  // by room_key()
    std::unordered_map<std::uint32_t, room*> numbers_;

    std::shared_ptr<common::transport::framed_connection> link_;
    bool ready_ = false;
    bool paused_ = false;
    bool going_away_ = false;
    bool ending_ = false;
    disconnect why_;
    std::uint32_t last_request_ = 0;
    std::unordered_map<std::uint32_t, asked> requests_;  // without posts
    std::string turn_;                                   // the room whose posts go out first
    unsigned breaches_ = 0;
    bool repeat_told_ = false;
    domain::record scratch_;  // its strings keep their memory
    common::seam::timer seen_timer_;
    common::seam::timer post_timer_;
    common::seam::timer latency_timer_;
    std::optional<common::seam::mono_time> ping_sent_{};
};

}  // namespace chat_client::session
