#include "chat-server/domain/presence.hpp"

namespace chat_server::domain {

void presence::enter(std::uint32_t room, const member& who) {
    member& here = rooms_[room].try_emplace(who.author, who).first->second;
    here.nick = who.nick;
    ++here.connections;
}

void presence::leave(std::uint32_t room, const protocol::chat::author_id& author) {
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return;
    const auto here = found->second.find(author);
    if (here == found->second.end() || --here->second.connections > 0) return;
    found->second.erase(here);
    if (found->second.empty()) rooms_.erase(found);
}

void presence::rename(const protocol::chat::author_id& author, const std::string& nick) {
    for (auto& [room, members] : rooms_) {
        const auto here = members.find(author);
        if (here != members.end()) here->second.nick = nick;
    }
}

presence::listing presence::list(std::uint32_t room, const std::optional<protocol::chat::author_id>& after,
                                 std::size_t count_max) const {
    listing found;
    const auto members = rooms_.find(room);
    if (members == rooms_.end()) return found;
    found.total = members->second.size();
    auto at = after ? members->second.upper_bound(*after) : members->second.begin();
    for (; at != members->second.end() && found.members.size() < count_max; ++at) {
        found.members.push_back(at->second);
    }
    found.more = at != members->second.end();
    return found;
}

std::size_t presence::count(std::uint32_t room) const {
    const auto members = rooms_.find(room);
    return members == rooms_.end() ? 0 : members->second.size();
}

}  // namespace chat_server::domain
