#include "chat-server/session/presence_tail.hpp"

#include "chat-server/session/limits.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace chat_server::session {

void presence_tail::add(const domain::room_news& news) {
    newest_.push_back(news);
    if (newest_.size() > limits::presence_kept_max) newest_.pop_front();
    ++version_;
}

domain::room_news presence_tail::since(std::uint64_t version) const {
    domain::room_news sum;
    if (newest_.empty() || version >= version_) return sum;
    const domain::room_news& last = newest_.back();
    sum = {.room = last.room, .total = last.total, .typing = last.typing};
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(version_ - version, newest_.size()));
    sum.reset = version_ - version > newest_.size();
    std::map<domain::author_id, const domain::member*> changed;
    for (auto at = newest_.end() - static_cast<std::ptrdiff_t>(count); at != newest_.end(); ++at) {
        sum.reset = sum.reset || at->reset;
        for (const domain::member& each : at->changed) changed[each.author] = &each;
    }
    sum.reset = sum.reset || changed.size() > protocol::chat::limits::presence_entries_max;
    if (sum.reset) return sum;
    for (const auto& [author, member] : changed) sum.changed.push_back(*member);
    return sum;
}

}  // namespace chat_server::session
