#include "chat-server/session/hub.hpp"

#include "chat-server/session/conversation.hpp"
#include "chat-server/session/limits.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace chat_server::session {

hub::hub(common::seam::event_loop& loop, storage::store& store, directory& who, const settings& chosen)
    : loop_(loop), store_(store), who_(who), chosen_(chosen), tails_(chosen.tails_bytes_max) {
    store_.subscribe(loop_, [this, alive = alive_](const domain::block_ptr& block) {
        if (*alive) on_block(block);
    });
}

hub::~hub() {
    *alive_ = false;
}

void hub::attach(peer client) {
    auto added = std::make_shared<conversation>(*this, std::move(client));
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
    if (round_next_ == round_.size() || std::exchange(round_scheduled_, true)) return;
    loop_.post([this, alive = alive_] {
        if (*alive) run_round();
    });
}

// A crowd takes milliseconds: in between others have their turn, talkers above all, so that what they say
// next is stored meanwhile. Who is served late gets all of it in one piece.
void hub::run_round() {
    round_scheduled_ = false;
    const auto until = loop_.mono_now() + limits::round_time_max;
    while (round_next_ < round_.size()) {
        conversation* const reader = round_[round_next_++];
        if (reader != nullptr) reader->read_news();
        if (round_next_ % limits::round_visits == 0 && loop_.mono_now() >= until) break;
    }
    if (round_next_ < round_.size()) return schedule_round();
    round_.clear();
    round_next_ = 0;
}

void hub::forget(conversation* gone) {
    // The caller is one of its own methods: it goes when the loop comes round.
    const auto found = conversations_.find(gone);
    if (found == conversations_.end()) return;
    std::ranges::replace(round_, gone, static_cast<conversation*>(nullptr));
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
