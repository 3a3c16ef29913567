#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"

#include <algorithm>

namespace chat_server::storage {

// Records up to this one are too old or too many; 0: none.
std::uint64_t database::expired_up_to(const room_info& room, std::int64_t now_ms) {
    std::uint64_t up_to = 0;
    const domain::retention keep = domain::stricter(options_.keep, room.keep);
    if (keep.records_max != 0 && room.last_seq > keep.records_max) up_to = room.last_seq - keep.records_max;
    if (keep.age_max_ms != 0 && room.last_seq >= room.first_seq) {
        std::uint64_t low = std::max(up_to + 1, room.first_seq);
        std::uint64_t high = room.last_seq + 1;
        // The first record that is young enough; stored_at_ms hardly ever goes back.
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            sql_->kind_at.start(room.number, middle);
            const bool old = sql_->kind_at.step() &&
                             static_cast<std::int64_t>(sql_->kind_at.integer(2)) < now_ms - keep.age_max_ms;
            sql_->kind_at.reset();
            if (old) low = middle + 1;
            if (!old) high = middle;
        }
        up_to = std::max(up_to, low - 1);
    }
    return up_to;
}

bool database::expires() const {
    return options_.keep.any() || remembers_gone_ ||
           std::ranges::any_of(rooms_, [](const auto& each) { return each.second.keep.any(); });
}

bool database::remove_expired(std::int64_t now_ms) {
    std::uint64_t budget = limits::retention_rows_per_turn;
    forget_gone_ids(now_ms);
    for (std::size_t looked = 0; looked < rooms_.size(); ++looked) {
        auto next = rooms_.lower_bound(expiry_next_);
        if (next == rooms_.end()) next = rooms_.begin();
        room_info& room = next->second;
        const std::uint64_t up_to = expired_up_to(room, now_ms);
        if (up_to >= room.first_seq) {
            const std::uint64_t last = std::min(up_to, room.first_seq + budget - 1);
            budget -= last - room.first_seq + 1;
            remove_up_to(touch(room), last, now_ms);
            if (last < up_to || budget == 0) return true;
        }
        expiry_next_ = room.number + 1;
    }
    return false;
}

void database::remove_up_to(room_info& room, std::uint64_t last, std::int64_t now_ms) {
    const std::uint64_t gone_n = n_at(room, last);
    const auto chain = chain_at(room, last).value_or(room.gone_chain);
    std::vector<std::uint64_t> indexed;
    for (sql_->search_rows_between.start(room.number, room.first_seq, last);
         sql_->search_rows_between.step();) {
        indexed.push_back(sql_->search_rows_between.integer(0));
    }
    for (const std::uint64_t seq : indexed) unindex(room, seq, n_at(room, seq));
    if (room.indexed_seq < last) set_indexed(room, last);
    sql_->remember_ids.run(now_ms, room.number, room.first_seq, last, now_ms - limits::ids_kept_ms,
                           room.last_seq - std::min(room.last_seq, limits::ids_kept_min));
    remembers_gone_ = remembers_gone_ || db_.changes() > 0;
    sql_->remove.run(room.number, room.first_seq, last);
    sql_->remove_chains.run(room.number, last);
    room.first_seq = last + 1;
    room.gone_n = gone_n;
    room.gone_chain = chain;
    sql_->keep_gone.run(last, gone_n, room.last_at_ms, chain, room.number);
}

// A repeat that comes later than that, and after so many other removals, is stored again.
void database::forget_gone_ids(std::int64_t now_ms) {
    if (!remembers_gone_) return;
    sql_->forget_ids.run(now_ms - limits::ids_kept_ms, limits::ids_kept_min, limits::retention_rows_per_turn);
}

}  // namespace chat_server::storage
