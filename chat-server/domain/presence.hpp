// Who is in which room now, who is away, who types: latest values, told at most once a second for each room.
//
//   presence.connect(ada);                                        a connection of a key
//   presence.enter(room, author, {.flags = …}, watching, now);    presence.leave(room, author, …, now);
//   presence.type(room, author, true, now);                       presence.move(room, author, …);
//   for (const room_news& news : presence.take_news(now)) …       what watchers are to hear
//   auto some = presence.list(room, after, 256);                    in ascending order of author
//
// A member whose last connection went away is gone after presence_grace only, so that a reconnect is no news.
// In the first moments of a server everybody comes back: watchers are told to read the list, not who came.
#pragma once

#include "chat-server/domain/limits.hpp"
#include "common/seam/clock.hpp"
#include "protocol/chat/basic.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace chat_server::domain {

using protocol::chat::author_id;

// A key as everybody sees it.
struct identity {
    author_id author{};
    std::uint32_t person = 0;
    std::string nick;
    std::optional<std::string> away = std::nullopt;  // why
    bool admin = false;
};

struct member {
    author_id author{};
    std::uint32_t person = 0;
    std::string nick{};
    std::optional<std::string> away = std::nullopt;
    std::uint32_t connections = 0;
    std::uint32_t flags = 0;  // protocol::chat::member_flags
    std::uint64_t delivered_seq = 0;
    std::uint64_t read_seq = 0;
};

struct room_news {
    std::uint32_t room = 0;
    std::uint32_t total = 0;
    bool reset = false;          // more has changed than is told
    bool tells_cursors = false;  // moves of cursors are wanted
    std::vector<member> changed{};
    std::vector<author_id> typing{};
};

class presence {
  public:
    using mono_time = common::seam::mono_time;

    explicit presence(mono_time started) : settled_at_(started + limits::presence_settles_after) {}

    // Connections of the key, afterwards.
    std::size_t connect(const identity& who);
    std::size_t disconnect(const author_id& author);
    // On behalf of one connection, which has connected.
    void enter(std::uint32_t room, const author_id& author, const member& as, bool watching, mono_time now);
    // At once: by the own wish, or removed.
    void leave(std::uint32_t room, const author_id& author, bool watching, bool at_once, mono_time now);
    void rename(const author_id& author, const std::string& nick);
    void set_away(const author_id& author, const std::optional<std::string>& why);
    void set_flags(std::uint32_t room, const author_id& author, std::uint32_t flags);
    void move(std::uint32_t room, const author_id& author, std::uint64_t delivered_seq,
              std::uint64_t read_seq);
    void type(std::uint32_t room, const author_id& author, bool on, mono_time now);

    // Of rooms whose last news are a second old; nothing of rooms that nobody watches.
    std::vector<room_news> take_news(mono_time now);
    // Something may become news with time alone.
    bool pending() const { return !dirty_.empty() || !leaving_.empty() || typing_rooms_ > 0; }

    struct listing {
        std::vector<member> members;
        std::size_t total = 0;
        bool more = false;
    };
    listing list(std::uint32_t room, const std::optional<author_id>& after, std::size_t count_max) const;
    std::size_t count(std::uint32_t room) const;

    struct person_view {
        std::size_t connections = 0;
        std::vector<std::uint32_t> rooms{};
    };
    person_view find(const author_id& author) const;

  private:
    struct person_state {
        identity who;
        std::size_t connections = 0;
        std::map<std::uint32_t, std::size_t> rooms{};  // with the number of connections in each
    };
    struct room_state {
        std::map<author_id, member> members{};
        std::map<author_id, mono_time> typing{};   // until
        std::map<author_id, mono_time> leaving{};  // when, unless they come back
        std::set<author_id> changed{};
        std::map<author_id, std::string> gone{};  // nicks of those
        std::size_t watchers = 0;
        bool told_typing = false;
        mono_time told_at{};
    };
    struct farewell {
        mono_time at;
        std::uint32_t room;
        author_id author;
    };

    room_state* find_room(std::uint32_t room);
    void note(std::uint32_t room, room_state& state, const author_id& author);
    void remove(std::uint32_t room, const author_id& author);
    void see_off(mono_time now);
    bool expire_typing(room_state& state, mono_time now);
    room_news news_of(std::uint32_t room, room_state& state, mono_time now);
    void drop_if_empty(std::uint32_t room);

    mono_time settled_at_;
    std::map<author_id, person_state> people_;
    std::unordered_map<std::uint32_t, room_state> rooms_;
    std::set<std::uint32_t> dirty_;
    std::deque<farewell> leaving_;  // in ascending order of time
    std::size_t typing_rooms_ = 0;
};

}  // namespace chat_server::domain
