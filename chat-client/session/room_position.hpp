// One room's place in the stream of records: what comes next, what was taken, what the server was told.
//
//      told          taken         received
//   ────┴──────────────┴──────────────┴──▶ expected = received + 1
//
//   room.asks()                    where to join from: the wish at first, then behind what was received
//   room.begin(joined)             the server said where its stream begins
//   room.accept(seq)               fits, repeated (ignore it) or missing (the server broke its promise)
//   room.take(seq);                the consumer has got so far
//   room.due_seen()                what to acknowledge now
//
// Pure.
#pragma once

#include "protocol/chat/messages.hpp"

#include <cstdint>
#include <optional>

namespace chat_client::session {

struct start_point {
    protocol::chat::start_at at = protocol::chat::start_at::last_n;
    std::uint64_t position = 0;
};

class room_position {
  public:
    explicit room_position(start_point wish) : wish_(wish) {}

    start_point asks() const;

    enum class beginning : std::uint8_t {
        fits,
        another_log,  // it ends before the position that was asked for: not the log that was read
        skips,        // it begins behind the record that must come next
    };
    beginning begin(const protocol::chat::joined& room);

    enum class verdict : std::uint8_t { fits, repeated, missing };
    verdict accept(std::uint64_t from_seq, std::uint64_t to_seq);
    verdict accept(std::uint64_t seq) { return accept(seq, seq); }

    void take(std::uint64_t seq);
    std::uint64_t taken() const { return taken_; }
    std::uint64_t not_told() const { return taken_ - told_; }
    // Nothing: the server knows already.
    std::optional<std::uint64_t> due_seen();

    std::uint64_t expected() const { return expected_; }
    bool begun() const { return expected_ != 0; }

  private:
    start_point wish_;
    std::uint64_t expected_ = 0;  // 0: never joined
    std::uint64_t taken_ = 0;
    std::uint64_t told_ = 0;
};

}  // namespace chat_client::session
