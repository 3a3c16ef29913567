// What a client's session tells its program: values that own what they hold, on the session's loop.
#pragma once

#include "chat-client/domain/listings.hpp"
#include "chat-client/domain/records.hpp"
#include "common/seam/clock.hpp"
#include "protocol/wire/error_code.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::session {

// Why the server did not do something.
struct request_failure {
    protocol::error_code code = protocol::error_code::none;
    std::string reason;
    std::uint32_t request = 0;  // as the call that asked returned it
};

enum class request_kind : std::uint8_t {
    join,
    leave,
    list_rooms,
    list_own_rooms,
    list_members,
    set_nick,
    fetch,
    set_away,
    whois,
    search,
    fingerprint,
};

struct disconnect {
    protocol::error_code code = protocol::error_code::none;  // what the server said, if anything
    std::string reason;                                      // for a person
    bool retryable = true;
    common::seam::duration retry_after{};
};

class session_events {
  public:
    virtual ~session_events() = default;

    // The connection is up; rooms are joined by themselves.
    virtual void on_ready(const domain::server_facts& server) = 0;
    virtual void on_joined(const domain::room_facts& room) = 0;
    // In order of seq, each once; `taken()` says that they have arrived. References are valid during the
    // call.
    virtual void on_record(const domain::record& record) = 0;
    virtual void on_gap(const domain::gap& gap) = 0;
    virtual void on_caught_up(const std::string& room) = 0;

    virtual void on_posted(const domain::receipt& receipt) = 0;
    // The server will never take it.
    virtual void on_rejected(const domain::outgoing& message, const request_failure& why) = 0;
    // The server cannot take it now; it goes out again later.
    virtual void on_postponed(const domain::outgoing& message, const request_failure& why) = 0;

    // A page of the answer to a list request, and whether it is the last one.
    virtual void on_rooms(const std::vector<domain::room_line>&, bool /*last*/) {}
    virtual void on_members(const std::string& /*room*/, const std::vector<domain::member_line>&,
                            bool /*last*/) {}
    // Those this person has read in or is invited to, with read_n.
    virtual void on_own_rooms(const std::vector<domain::room_line>&, bool /*last*/) {}
    virtual void on_nick(const std::string& /*nick*/) {}
    virtual void on_page(std::uint32_t /*request*/, const domain::page&) {}
    virtual void on_away(bool /*away*/) {}
    virtual void on_person(std::uint32_t /*request*/, const domain::person&) {}
    // `next`: for search_wish::before; 0: nothing more.
    virtual void on_found(std::uint32_t /*request*/, const std::vector<domain::found_message>&,
                          std::uint64_t /*next*/) {}
    // What was to be compared is the same up to record `seq`; otherwise on_trouble() says so.
    virtual void on_fingerprint_agreed(const std::string& /*room*/, std::uint64_t /*seq*/) {}
    virtual void on_request_failed(request_kind kind, const std::string& room,
                                   const request_failure& why) = 0;

    // --- not asked for

    virtual void on_presence(const domain::presence&) {}
    virtual void on_cursor_moved(const domain::cursor_move&) {}
    // A room to look at: an invitation, or a direct message.
    virtual void on_room_notice(const domain::room_line& /*room*/, const std::string& /*by*/) {}
    // No longer in the room; its posts were rejected.
    virtual void on_removed(const std::string& /*room*/, domain::moderation_action,
                            const std::string& /*reason*/) {}
    // The server takes posts more slowly for so long; 0: no longer.
    virtual void on_slowed(std::uint32_t /*wait_ms*/) {}
    virtual void on_latency(common::seam::duration /*round_trip*/) {}

    // The server does not keep what the protocol promises; one line for a person.
    virtual void on_trouble(const std::string& room, std::string_view what) = 0;
    // The server's log of this room is not the one that was read before; reading began anew.
    virtual void on_another_log(const std::string& room) = 0;
    // Once for each attach(), last.
    virtual void on_disconnected(const disconnect& why) = 0;
};

}  // namespace chat_client::session
