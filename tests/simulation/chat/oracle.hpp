// What must be true of a chat, whatever breaks: it hears everything that clients send, get and are told, and
// compares.
//
//   truth.intended(id, text)          a message is in the author's outbox, safe from a power failure
//   truth.acknowledged(id, room, seq) the server said that it is kept
//   truth.seen(who, record)           a client got a record: {room, seq, id, text}
//   truth.not_kept(room, to_seq)      a client was told that records up to here are gone
//   truth.erasing(id), erased(id)     its author takes a message back; the server said that this is kept
//
// Checked at once: a number belongs to one message for ever, a message has one number, an acknowledgement
// names the number under which others see it. check_complete(): everything acknowledged and everything
// intended is there.
#pragma once

#include "protocol/chat/basic.hpp"
#include "tests/simulation/world.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace tests::simulation::chat {

using protocol::chat::message_id;

class oracle {
  public:
    explicit oracle(world& sim) : sim_(sim) {}

    void intended(const message_id& id, std::string_view text) { intended_.emplace(id, text); }
    void acknowledged(const std::string& room, std::uint64_t seq, const message_id& id);
    struct sight {
        std::string room;
        std::uint64_t seq;
        message_id id;
        std::string_view text;
        std::optional<protocol::chat::byte_array<32>> erased_hash;
    };
    void seen(const std::string& who, const sight& record);
    void not_kept(const std::string& room, std::uint64_t to_seq);
    void erasing(const message_id& id) { erasing_.insert(id); }
    void erased(const message_id& id) { erased_.insert(id); }
    // A deletion that came too late: retention was faster.
    void withdrawn(const message_id& id) { intended_.erase(id); }
    // From now on nobody may be sent a text that is erased.
    void all_is_quiet() { quiet_ = true; }

    std::size_t intended_count() const { return intended_.size(); }
    std::size_t acknowledged_count() const { return acknowledged_.size(); }
    // The greatest number that was ever acknowledged or seen in this room.
    std::uint64_t last_seq(const std::string& room) const;

    // After healing, when a reader has read every room from the beginning: what it saw is everything.
    void check_complete(const std::string& reader);

  private:
    struct place {
        std::string room;
        std::uint64_t seq = 0;

        friend auto operator<=>(const place&, const place&) = default;
    };
    void learn(const std::string& from, const place& at, const message_id& id);

    world& sim_;
    std::map<message_id, std::string> intended_;
    std::map<message_id, place> acknowledged_;
    std::map<place, message_id> log_;
    std::map<message_id, place> place_of_;
    std::map<std::string, std::uint64_t> gone_to_;
    std::map<std::string, std::set<message_id>> seen_by_;
    std::set<message_id> erasing_;
    std::set<message_id> erased_;
    bool quiet_ = false;
};

// The first bytes of an id, for the trace.
std::string short_name(const message_id& id);

}  // namespace tests::simulation::chat
