#include "chat-server/domain/presence.hpp"

#include <algorithm>
#include <utility>

namespace chat_server::domain {

namespace chat = protocol::chat;

std::size_t presence::connect(const identity& who) {
    person_state& known = people_[who.author];
    known.who = who;
    return ++known.connections;
}

std::size_t presence::disconnect(const author_id& author) {
    const auto known = people_.find(author);
    if (known == people_.end()) return 0;
    const std::size_t left = --known->second.connections;
    if (left == 0 && known->second.rooms.empty()) people_.erase(known);
    return left;
}

presence::room_state* presence::find_room(std::uint32_t room) {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : &found->second;
}

void presence::note(std::uint32_t room, room_state& state, const author_id& author) {
    if (state.watchers == 0) return;
    state.changed.insert(author);
    dirty_.insert(room);
}

void presence::enter(std::uint32_t room, const author_id& author, const member& as, bool watching,
                     mono_time) {
    const auto known = people_.find(author);
    if (known == people_.end()) return;
    const identity& who = known->second.who;
    ++known->second.rooms[room];
    room_state& state = rooms_[room];
    if (watching && ++state.watchers == 1) dirty_.insert(room);
    const auto [at, is_new] = state.members.try_emplace(author, as);
    member& here = at->second;
    const bool news = is_new || here.nick != who.nick || here.flags != as.flags || here.away != who.away;
    here.author = author;
    here.person = who.person;
    here.nick = who.nick;
    here.away = who.away;
    here.flags = as.flags;
    here.delivered_seq = std::max(here.delivered_seq, as.delivered_seq);
    here.read_seq = std::max(here.read_seq, as.read_seq);
    // Back within the grace: nobody need know.
    here.connections = is_new ? 1 : here.connections + 1;
    if (news) note(room, state, author);
}

void presence::leave(std::uint32_t room, const author_id& author, bool watching, bool at_once,
                     mono_time now) {
    room_state* state = find_room(room);
    if (state == nullptr) return;
    if (watching && state->watchers > 0) --state->watchers;
    const auto here = state->members.find(author);
    if (here == state->members.end()) return drop_if_empty(room);
    state->typing.erase(author);
    if (const auto known = people_.find(author); known != people_.end()) {
        const auto in = known->second.rooms.find(room);
        if (in != known->second.rooms.end() && --in->second == 0) known->second.rooms.erase(in);
        if (known->second.connections == 0 && known->second.rooms.empty()) people_.erase(known);
    }
    if (here->second.connections > 0 && --here->second.connections > 0) return;
    if (at_once) return remove(room, author);
    const mono_time at = now + limits::presence_grace;
    state->leaving[author] = at;
    leaving_.push_back({at, room, author});
}

void presence::remove(std::uint32_t room, const author_id& author) {
    room_state& state = rooms_.at(room);
    const auto here = state.members.find(author);
    if (state.watchers > 0) state.gone[author] = here->second.nick;
    state.members.erase(here);
    state.leaving.erase(author);
    note(room, state, author);
    drop_if_empty(room);
}

void presence::drop_if_empty(std::uint32_t room) {
    const auto found = rooms_.find(room);
    if (found == rooms_.end() || !found->second.members.empty() || found->second.watchers > 0) return;
    if (found->second.told_typing) --typing_rooms_;
    rooms_.erase(found);
    dirty_.erase(room);
}

void presence::rename(const author_id& author, const std::string& nick) {
    const auto known = people_.find(author);
    if (known == people_.end()) return;
    known->second.who.nick = nick;
    for (const auto& [room, count] : known->second.rooms) {
        room_state& state = rooms_.at(room);
        state.members.at(author).nick = nick;
        note(room, state, author);
    }
}

void presence::set_away(const author_id& author, const std::optional<std::string>& why) {
    const auto known = people_.find(author);
    if (known == people_.end()) return;
    known->second.who.away = why;
    for (const auto& [room, count] : known->second.rooms) {
        room_state& state = rooms_.at(room);
        state.members.at(author).away = why;
        note(room, state, author);
    }
}

void presence::set_flags(std::uint32_t room, const author_id& author, std::uint32_t flags) {
    room_state* state = find_room(room);
    if (state == nullptr) return;
    const auto here = state->members.find(author);
    if (here == state->members.end() || here->second.flags == flags) return;
    here->second.flags = flags;
    note(room, *state, author);
}

void presence::move(std::uint32_t room, const author_id& author, std::uint64_t delivered_seq,
                    std::uint64_t read_seq) {
    room_state* state = find_room(room);
    if (state == nullptr) return;
    const auto here = state->members.find(author);
    if (here == state->members.end()) return;
    here->second.delivered_seq = std::max(here->second.delivered_seq, delivered_seq);
    here->second.read_seq = std::max(here->second.read_seq, read_seq);
    if (state->members.size() <= limits::cursor_members_max) note(room, *state, author);
}

void presence::type(std::uint32_t room, const author_id& author, bool on, mono_time now) {
    room_state* state = find_room(room);
    if (state == nullptr || state->watchers == 0 || !state->members.contains(author)) return;
    const bool was = state->typing.contains(author);
    if (on && (was || state->typing.size() < chat::limits::typing_max)) {
        state->typing[author] = now + limits::typing_lasts;
    }
    if (!on) state->typing.erase(author);
    if (was != state->typing.contains(author)) dirty_.insert(room);
    if (!state->typing.empty() && !std::exchange(state->told_typing, true)) ++typing_rooms_;
}

void presence::see_off(mono_time now) {
    while (!leaving_.empty() && leaving_.front().at <= now) {
        const farewell gone = leaving_.front();
        leaving_.pop_front();
        room_state* state = find_room(gone.room);
        if (state == nullptr) continue;
        const auto here = state->members.find(gone.author);
        if (here == state->members.end() || here->second.connections > 0) continue;
        // Left again since: a later farewell counts.
        if (state->leaving[gone.author] == gone.at) remove(gone.room, gone.author);
    }
}

bool presence::expire_typing(room_state& state, mono_time now) {
    return std::erase_if(state.typing, [now](const auto& each) { return each.second <= now; }) > 0;
}

std::vector<room_news> presence::take_news(mono_time now) {
    see_off(now);
    if (typing_rooms_ > 0) {
        for (auto& [room, state] : rooms_) {
            if (!state.told_typing) continue;
            if (expire_typing(state, now)) dirty_.insert(room);
            if (!state.typing.empty()) continue;
            state.told_typing = false;
            --typing_rooms_;
        }
    }
    std::vector<room_news> all;
    for (auto at = dirty_.begin(); at != dirty_.end();) {
        room_state& state = rooms_.at(*at);
        const bool due = state.told_at == mono_time{} || now - state.told_at >= limits::presence_interval;
        if (state.watchers > 0 && !due) {
            ++at;
            continue;
        }
        if (state.watchers > 0) all.push_back(news_of(*at, state, now));
        state.changed.clear();
        state.gone.clear();
        at = dirty_.erase(at);
    }
    return all;
}

room_news presence::news_of(std::uint32_t room, room_state& state, mono_time now) {
    state.told_at = now;
    room_news news{.room = room,
                   .total = static_cast<std::uint32_t>(state.members.size()),
                   .tells_cursors = state.members.size() <= limits::cursor_members_max};
    for (const auto& [author, until] : state.typing) news.typing.push_back(author);
    news.reset = state.changed.size() > chat::limits::presence_entries_max ||
                 (now < settled_at_ && !state.changed.empty());
    if (news.reset) return news;
    for (const author_id& author : state.changed) {
        const auto here = state.members.find(author);
        if (here != state.members.end()) {
            news.changed.push_back(here->second);
        } else {
            news.changed.push_back({.author = author, .nick = state.gone[author]});
        }
    }
    return news;
}

presence::listing presence::list(std::uint32_t room, const std::optional<author_id>& after,
                                 std::size_t count_max) const {
    listing found;
    const auto here = rooms_.find(room);
    if (here == rooms_.end()) return found;
    const auto& members = here->second.members;
    found.total = members.size();
    auto at = after ? members.upper_bound(*after) : members.begin();
    for (; at != members.end() && found.members.size() < count_max; ++at) found.members.push_back(at->second);
    found.more = at != members.end();
    return found;
}

std::size_t presence::count(std::uint32_t room) const {
    const auto here = rooms_.find(room);
    return here == rooms_.end() ? 0 : here->second.members.size();
}

presence::person_view presence::find(const author_id& author) const {
    const auto known = people_.find(author);
    if (known == people_.end()) return {};
    person_view view{.connections = known->second.connections};
    for (const auto& [room, count] : known->second.rooms) view.rooms.push_back(room);
    return view;
}

}  // namespace chat_server::domain
