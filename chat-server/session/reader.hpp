// The positions of one connection in the rooms it has joined, and what goes to its socket next.
//
//     room 7   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│    live: the next record is in the tail, shared with everyone
//     room 9   ▓▓▓▓▓░░░░░░░░░░░░│    behind: a page is read from the store, one at a time for all rooms
//              └ sent ┘next_seq  └ head
//
//   reader.join(room, next_seq);
//   reader.fill(outbox);              // appends what is at hand: live rooms first, each in its turn
//   if (auto page = reader.wanted_page()) store.read(*page, … reader.on_page(answer, link));
//
// A reader owns no messages: it has a number for each room and at most one page. Whatever is appended is
// shared; a socket that takes nothing costs what its outbox holds and nothing more.
#pragma once

#include "chat-server/domain/room_tails.hpp"
#include "chat-server/session/live_room.hpp"
#include "chat-server/storage/types.hpp"
#include "common/transport/outbox.hpp"
#include "protocol/chat/answers.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace chat_server::session {

class reader {
  public:
    explicit reader(const domain::room_tails& tails) : tails_(tails) {}

    // Begins again at `next_seq` when the room is joined already.
    void join(const live_room& room, std::uint64_t next_seq);
    bool leave(std::uint32_t room);
    bool has_joined(std::uint32_t room) const;
    std::size_t room_count() const { return places_.size(); }
    // Where reading of a joined room goes on.
    std::uint64_t next_seq(std::uint32_t room) const;
    template <class Visitor>
    void for_each_room(Visitor&& visit) const {
        for (const place& each : places_) visit(each.room->number);
    }

    // Appends up to about fill_bytes; true when more is at hand.
    bool fill(common::transport::outbox& to);
    // Records and bytes that fill() has appended since the last call.
    struct appended_count {
        std::uint64_t records = 0;
        std::uint64_t bytes = 0;
    };
    appended_count take_count() { return std::exchange(count_, {}); }

    // The page to ask the store for; nothing while one is asked for already or none is needed.
    std::optional<storage::read_request> wanted_page();
    // The answer to it; the gap in front of its records, when there is one: send it before the next fill().
    std::optional<protocol::chat::gap> on_page(std::uint32_t room, const storage::read_answer& answer);
    bool asks() const { return asked_; }

  private:
    struct place {
        const live_room* room = nullptr;
        std::uint64_t next_seq = 0;
        bool caught_up_told = false;
        domain::block_ptr page = nullptr;  // holds next_seq
    };

    place* find(std::uint32_t room);
    const domain::block_ptr* at_hand(const place& at) const;
    bool append_some(place& at, const domain::block_ptr& block, common::transport::outbox& to);
    bool fill_from(bool live, common::transport::outbox& to);

    const domain::room_tails& tails_;
    std::vector<place> places_;
    std::size_t turn_ = 0;  // whose turn it is first
    bool asked_ = false;
    appended_count count_;
};

}  // namespace chat_server::session
