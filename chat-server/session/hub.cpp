#include "chat-server/session/hub.hpp"

#include "chat-server/session/conversation.hpp"
#include "chat-server/session/limits.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace chat_server::session {

namespace {

// A copy: what is told to one may end it, and a session that ends lives until the loop comes round.
template <class Index>
std::vector<conversation*> sessions_of(const Index& by_author, const domain::author_id& author) {
    std::vector<conversation*> found;
    const auto [first, last] = by_author.equal_range(author);
    for (auto at = first; at != last; ++at) found.push_back(at->second);
    return found;
}

}  // namespace

hub::hub(common::seam::event_loop& loop, storage::store& store, directory& who, const settings& chosen)
    : loop_(loop), store_(store), who_(who), chosen_(chosen), tails_(chosen.tails_bytes_max) {
    store_.subscribe(loop_, [this, alive = alive_](const domain::block_ptr& block) {
        if (*alive) on_block(block);
    });
    store_.subscribe_notices(loop_, [this, alive = alive_](const storage::notice& told) {
        if (*alive) on_notice(told);
    });
    listen_to_directory();
}

hub::~hub() {
    *alive_ = false;
}

void hub::attach(peer client) {
    const protocol::chat::author_id author = client.author;
    auto added = std::make_shared<conversation>(*this, std::move(client));
    by_author_.emplace(author, added.get());
    conversations_.emplace(added.get(), added);
    add(counters_.sessions, 1);
    added->start();
    if (draining_) added->drain();
}

live_room& hub::room(std::uint32_t number) {
    live_room& found = rooms_[number];
    found.number = number;
    return found;
}

void hub::on_block(const domain::block_ptr& block) {
    tails_.append(block);
    counters_.tails_bytes.store(tails_.bytes(), std::memory_order_relaxed);
    live_room& here = room(block->room);
    here.last_seq = block->last_seq();
    for (conversation* reader : here.members) {
        if (reader->note_news()) round_.push_back(reader);
    }
    schedule_round();
}

void hub::schedule_round() {
    if (round_.empty() || std::exchange(round_scheduled_, true)) return;
    loop_.post([this, alive = alive_] {
        if (*alive) run_round();
    });
}

// A crowd takes milliseconds: in between others have their turn, talkers above all, so that what they say
// next is stored meanwhile. Who is served late gets all of it in one piece.
void hub::run_round() {
    round_scheduled_ = false;
    const auto until = loop_.mono_now() + limits::round_time_max;
    for (std::size_t visits = 1; !round_.empty(); ++visits) {
        conversation* const reader = round_.front();
        round_.pop_front();
        if (reader != nullptr) reader->read_news();
        if (visits % limits::round_visits == 0 && loop_.mono_now() >= until) break;
    }
    schedule_round();
}

void hub::listen_to_directory() {
    directory_listener listener;
    listener.on_news = [this, alive = alive_](const shared_news& news) {
        if (*alive) on_presence(*news);
    };
    listener.on_company = [this, alive = alive_](const domain::author_id& author, bool has_company) {
        if (!*alive) return;
        for (conversation* each : sessions_of(by_author_, author)) each->on_company(has_company);
    };
    listener.on_cursor = [this, alive = alive_](const moved_cursor& moved) {
        if (!*alive) return;
        for (conversation* each : sessions_of(by_author_, moved.author)) each->on_cursor(moved);
    };
    who_.add_listener(loop_, std::move(listener));
}

void hub::on_presence(const std::vector<domain::room_news>& news) {
    for (const domain::room_news& each : news) {
        live_room& here = room(each.room);
        here.tells_cursors = each.tells_cursors;
        if (here.watchers.empty()) continue;
        here.presence.add(each);
        for (conversation* watcher : here.watchers) watcher->on_presence();
    }
}

// Ids are hashes already.
std::size_t hub::author_hash::operator()(const protocol::chat::author_id& author) const {
    std::size_t value = 0;
    std::memcpy(&value, author.data(), sizeof value);
    return value;
}

void hub::on_notice(const storage::notice& told) {
    using protocol::chat::moderation_action;
    if (told.what == storage::notice::event::erased) {
        for (const std::uint64_t seq : told.seqs) tails_.forget(told.room.number, seq);
        return;
    }
    if (!told.subject) return;
    const bool shut_out = told.action == moderation_action::kick || told.action == moderation_action::ban ||
                          (told.action == moderation_action::uninvite && told.room.is_private());
    for (conversation* each : sessions_of(by_author_, *told.subject)) {
        conversation& theirs = *each;
        if (told.what == storage::notice::event::moderated && theirs.has_joined(told.room.number)) {
            who_.set_flags(told.room.number, *told.subject, told.subject_flags);
        }
        if (told.what == storage::notice::event::written_to) {
            if (!theirs.has_joined(told.room.number)) theirs.on_room_notice(told);
        } else if (shut_out) {
            theirs.on_removed(told);
        } else if (told.action == moderation_action::invite) {
            theirs.on_room_notice(told);
        }
    }
}

void hub::forget(conversation* gone) {
    // The caller is one of its own methods: it goes when the loop comes round.
    const auto found = conversations_.find(gone);
    if (found == conversations_.end()) return;
    std::ranges::replace(round_, gone, static_cast<conversation*>(nullptr));
    const auto [first, last] = by_author_.equal_range(gone->author());
    for (auto each = first; each != last; ++each) {
        if (each->second != gone) continue;
        by_author_.erase(each);
        break;
    }
    loop_.post([last = std::move(found->second)] {});
    conversations_.erase(found);
    counters_.sessions.store(conversations_.size(), std::memory_order_relaxed);
    if (draining_ && conversations_.empty() && drained_) loop_.post(std::exchange(drained_, nullptr));
}

void hub::drain(std::function<void()> then) {
    draining_ = true;
    drained_ = std::move(then);
    if (conversations_.empty() && drained_) return loop_.post(std::exchange(drained_, nullptr));
    for (auto& [key, each] : conversations_) each->drain();
}

}  // namespace chat_server::session
