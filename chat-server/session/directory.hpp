// Who is where, over all workers: one list on one loop, told and asked by messages.
//
//   directory who{home};
//   who.add_listener(loop, {.on_news = …, .on_company = …, .on_cursor = …});   once for each worker
//   who.connect(identity);  who.enter(room, member, watching);  who.leave(room, …);  who.disconnect(author);
//   who.list(loop, room, after, [](const domain::presence::listing& l) { … });    answered on `loop`
//
// Callable from any loop. It outlives all loops that use it, or they have stopped.
#pragma once

#include "chat-server/domain/presence.hpp"
#include "chat-server/storage/types.hpp"
#include "common/seam/event_loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace chat_server::session {

// A key's cursor in a room, for its other connections.
struct moved_cursor {
    domain::author_id author{};
    const void* by = nullptr;  // the conversation that moved it
    std::uint32_t room = 0;
    storage::cursor position{};
    std::uint64_t read_n = 0;
};

using shared_news = std::shared_ptr<const std::vector<domain::room_news>>;

// Called on the listener's own loop.
struct directory_listener {
    std::function<void(const shared_news&)> on_news;
    // The key has more than one connection now, or no more than one.
    std::function<void(const domain::author_id&, bool)> on_company;
    std::function<void(const moved_cursor&)> on_cursor;
};

class directory {
  public:
    explicit directory(common::seam::event_loop& home);
    ~directory();

    void add_listener(common::seam::event_loop& loop, directory_listener listener);

    void connect(domain::identity who);
    void disconnect(const domain::author_id& author);
    void enter(std::uint32_t room, domain::member as, bool watching);
    void leave(std::uint32_t room, const domain::author_id& author, bool watching, bool at_once);
    void rename(const domain::author_id& author, std::string nick);
    void set_away(const domain::author_id& author, std::optional<std::string> why);
    void set_flags(std::uint32_t room, const domain::author_id& author, std::uint32_t flags);
    void type(std::uint32_t room, const domain::author_id& author, bool on);
    void move(std::uint32_t room, const domain::author_id& author, storage::cursor to);
    void tell_company(const moved_cursor& moved);

    void list(common::seam::event_loop& asker, std::uint32_t room, std::optional<domain::author_id> after,
              std::function<void(const domain::presence::listing&)> then);
    // The number of members of each of these rooms, in their order.
    void count(common::seam::event_loop& asker, std::vector<std::uint32_t> rooms,
               std::function<void(const std::vector<std::uint32_t>&)> then);
    void find(common::seam::event_loop& asker, const domain::author_id& author,
              std::function<void(const domain::presence::person_view&)> then);

  private:
    struct listener {
        common::seam::event_loop* loop;
        std::shared_ptr<directory_listener> told;
    };

    // On home_, followed by a look for news.
    void change(std::function<void()> task);
    void look_for_news();
    void tell_about_company(const domain::author_id& author, bool has_company);

    common::seam::event_loop& home_;
    // Touched by home_ only.
    domain::presence here_;
    std::vector<listener> listeners_;
    common::seam::timer timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace chat_server::session
