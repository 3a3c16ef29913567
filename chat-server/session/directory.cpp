#include "chat-server/session/directory.hpp"

#include "protocol/chat/limits.hpp"

#include <utility>

namespace chat_server::session {

void directory::enter(std::uint32_t room, domain::member who) {
    home_.post([this, room, who = std::move(who)] { here_.enter(room, who); });
}

void directory::leave(std::uint32_t room, const protocol::chat::author_id& author) {
    home_.post([this, room, author] { here_.leave(room, author); });
}

void directory::rename(const protocol::chat::author_id& author, std::string nick) {
    home_.post([this, author, nick = std::move(nick)] { here_.rename(author, nick); });
}

void directory::list(common::seam::event_loop& asker, std::uint32_t room,
                     std::optional<protocol::chat::author_id> after,
                     std::function<void(const domain::presence::listing&)> then) {
    home_.post([this, &asker, room, after, then = std::move(then)] {
        asker.post([then, found = here_.list(room, after, protocol::chat::limits::members_per_frame_max)] {
            then(found);
        });
    });
}

void directory::count(common::seam::event_loop& asker, std::vector<std::uint32_t> rooms,
                      std::function<void(const std::vector<std::uint32_t>&)> then) {
    home_.post([this, &asker, rooms = std::move(rooms), then = std::move(then)] {
        std::vector<std::uint32_t> counts;
        for (const std::uint32_t room : rooms)
            counts.push_back(static_cast<std::uint32_t>(here_.count(room)));
        asker.post([then, counts = std::move(counts)] { then(counts); });
    });
}

}  // namespace chat_server::session
