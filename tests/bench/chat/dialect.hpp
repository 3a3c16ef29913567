// How the load generator talks to one kind of server. For tests only.
//
//   link ── opening() ──▶ server      then read() until link.is_ready
//   link ── post(text) ─▶ server      on_message() on every reader, on_answer() where posts are answered
//
// A message's text begins with a mark: when it was sent, and its number.
#pragma once

#include "tests/bench/chat/link.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bench {

struct mark {
    std::uint64_t sent_ns = 0;
    std::uint64_t number = 0;
};
inline constexpr std::size_t mark_bytes = 25;

void write_mark(std::span<char> text, const mark& what);
bool has_mark(std::string_view text);
// Of a text that has one.
std::uint64_t sent_ns_of(std::string_view text);
std::uint64_t number_of(std::string_view text);

class listener {
  public:
    virtual ~listener() = default;
    virtual void on_message(link& from, std::string_view text) = 0;
    virtual void on_answer(link& from) = 0;
};

class dialect {
  public:
    virtual ~dialect() = default;
    // The first bytes to send, if any.
    virtual std::string opening(link& on) = 0;
    // Appends one post to `out`. Each has another number.
    virtual void post(link& on, std::uint64_t number, std::string_view text, std::string& out) = 0;
    // Takes whole messages off the front of `in` and returns how many bytes they had.
    virtual std::size_t read(link& on, std::string_view in, listener& told) = 0;
    // A talker hears its own messages.
    virtual bool echoes() const { return true; }
};

struct room_options {
    std::string name = "bench";
    bool own_rooms = false;   // every connection in a room of its own
    bool from_start = false;  // readers begin with the oldest message
};

std::unique_ptr<dialect> make_sluice(const room_options& room);
std::unique_ptr<dialect> make_raw();     // our limit program: length and text
std::unique_ptr<dialect> make_redis();   // publish and subscribe
std::unique_ptr<dialect> make_stream();  // Redis streams: XADD, without readers
std::unique_ptr<dialect> make_nats();
std::unique_ptr<dialect> make_irc();

}  // namespace bench
