// One client's conversation: its requests become calls of the store, its rooms become bytes on its socket.
//
//   frames ─▶ on_frame ─▶ handle(message) ─▶ store … answer ─▶ link.send
//   blocks ─▶ read_news ─▶ link … fill ─▶ reader ─▶ outbox
//
// Made and kept by the hub; ends with on_closed(). Requests that fail are answered with session::failure,
// breaches of the protocol with session::refusal and the end. More requests at once than
// requests_bytes_max are left in the socket until some are answered.
#pragma once

#include "chat-server/domain/token_bucket.hpp"
#include "chat-server/session/hub.hpp"
#include "chat-server/session/reader.hpp"
#include "protocol/chat/people.hpp"
#include "protocol/chat/requests.hpp"
#include "protocol/chat/search.hpp"
#include "protocol/wire/error_code.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace chat_server::session {

class conversation final : public common::transport::connection_events,
                           public std::enable_shared_from_this<conversation> {
  public:
    conversation(hub& home, peer client);

    void start();
    // A room that this client reads has new records: read_news() is to follow; false when it is due already.
    bool note_news() { return !std::exchange(news_due_, true); }
    void read_news();
    // Its key may not be in this room any more.
    void on_removed(const storage::notice& why);
    // A room to look at, because somebody invites this key or wrote to it.
    void on_room_notice(const storage::notice& about);
    // A room that this client watches has changed.
    void on_presence();
    // Another connection of the same key moved its cursor; the key has other connections, or none any more.
    void on_cursor(const moved_cursor& moved);
    void on_company(bool has_company) { has_company_ = has_company; }
    const protocol::chat::author_id& author() const { return client_.author; }
    bool has_joined(std::uint32_t room) const { return reader_.has_joined(room); }
    // Takes no more requests; says goodbye when all are answered.
    void drain();

    void on_frame(const common::transport::incoming_frame& frame) override;
    bool fill(common::transport::outbox& to) override;
    void on_closed(common::transport::close_reason reason, std::error_code error) override;

  private:
    template <class M>
    void decode_and_handle(const common::transport::incoming_frame& frame);
    void handle(const protocol::chat::join_room& asked, std::uint32_t request);
    void handle(const protocol::chat::leave_room& asked, std::uint32_t request);
    void handle(const protocol::chat::post& asked, std::uint32_t request);
    void slow_down(common::seam::duration pause);
    void apply_reading();
    void handle(const protocol::chat::seen& asked, std::uint32_t request);
    void handle(const protocol::chat::fetch& asked, std::uint32_t request);
    void handle(const protocol::chat::list_rooms& asked, std::uint32_t request);
    void handle(const protocol::chat::list_members& asked, std::uint32_t request);
    void handle(const protocol::chat::set_nick& asked, std::uint32_t request);
    void handle(const protocol::chat::ask_fingerprint& asked, std::uint32_t request);
    void handle(const protocol::chat::search& asked, std::uint32_t request);
    void handle(const protocol::chat::typing& told, std::uint32_t request);
    void handle(const protocol::chat::set_away& asked, std::uint32_t request);
    void handle(const protocol::chat::whois& asked, std::uint32_t request);

    void on_person(const storage::result<storage::person>& opened);
    void on_room(const storage::result<storage::opened_room>& opened, bool watch, std::uint32_t request);
    void enter(live_room& room, const storage::opened_room& opened, bool watch);
    void on_page(std::uint32_t room, const storage::read_answer& page);
    void send_rooms(const storage::room_page& rooms, const std::vector<std::uint32_t>& counts,
                    std::uint32_t request);
    void send_members(std::uint32_t room, const domain::presence::listing& listing,
                      const std::vector<storage::member_state>& states, std::uint32_t request);
    void forget_room(std::uint32_t room);
    void send_person(const storage::person_facts& facts, const domain::presence::person_view& view,
                     std::uint32_t request);
    void tell_company(std::uint32_t room);
    void tell_slowed(std::uint32_t wait_ms);
    void stop_typing(std::uint32_t room);
    void append_latest(common::transport::outbox& to);
    void append_presence(common::transport::outbox& to);

    static protocol::chat::member_entry entry_of(const domain::member& member, std::uint32_t flags);

    // Wraps what happens with an answer: not after the end, and the request no longer counts.
    template <class Then>
    auto answered(std::size_t bytes, Then then) {
        begin_request(bytes);
        return [weak = weak_from_this(), bytes, then = std::move(then)](const auto& answer) {
            const auto self = weak.lock();
            if (self == nullptr || self->over_) return;
            then(answer);
            self->end_request(bytes);
        };
    }
    void begin_request(std::size_t bytes);
    void end_request(std::size_t bytes);
    void fail(std::uint32_t request, protocol::error_code why, std::string_view reason,
              std::uint32_t retry_after_ms = 0);
    void refuse(protocol::error_code why);
    void leave_all();
    void say_goodbye();

    hub& home_;
    common::transport::framed_connection& link_;
    peer client_;
    storage::person me_;
    reader reader_;
    domain::token_bucket posts_;
    common::seam::timer slowed_;      // runs while a fast talker is not read from
    std::size_t requests_bytes_ = 0;  // not answered yet
    bool news_due_ = false;
    // Latest values, by room; they wait until the socket can take them.
    std::map<std::uint32_t, storage::notice> notices_;
    std::map<std::uint32_t, moved_cursor> cursors_;
    std::map<std::uint32_t, std::uint64_t> watched_;  // the version of its presence that was told
    std::vector<std::uint32_t> moved_rooms_;          // of which other connections are to hear
    common::seam::timer calm_;                        // runs while the client thinks it is slowed
    std::uint32_t typing_in_ = 0;
    bool latest_due_ = false;
    bool telling_company_ = false;
    bool has_company_ = false;
    bool paused_ = false;
    bool draining_ = false;
    bool over_ = false;
};

}  // namespace chat_server::session
