#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"
#include "chat-server/storage/transcript.hpp"

#include <algorithm>
#include <cassert>

namespace chat_server::storage {

using protocol::error_code;
using protocol::chat::chain_hash;

// Of the newest record.
chain_hash& database::chain_of(const room_info& room) {
    const auto known = chains_.find(room.number);
    if (known != chains_.end()) return known->second;
    return chains_.emplace(room.number, chain_at(room, room.last_seq).value_or(chain_hash{})).first->second;
}

std::optional<chain_hash> database::chain_at(const room_info& room, std::uint64_t seq) {
    if (seq + 1 < room.first_seq || seq > room.last_seq) return std::nullopt;
    if (seq + 1 == room.first_seq) return room.gone_chain;
    if (seq == room.last_seq && chains_.contains(room.number)) return chains_.at(room.number);
    const auto asked = chains_asked_.find({room.number, seq});
    if (asked != chains_asked_.end()) return asked->second;

    chain_hash chain = room.gone_chain;
    std::uint64_t from = room.first_seq - 1;
    sql_->chain_before.start(room.number, seq);
    if (sql_->chain_before.step() && sql_->chain_before.integer(0) > from) {
        from = sql_->chain_before.integer(0);
        const auto stored = sql_->chain_before.blob(1);
        std::copy_n(stored.begin(), std::min(stored.size(), chain.size()), chain.begin());
    }
    sql_->chain_before.reset();
    auto& row = sql_->read;
    for (row.start(room.number, from + 1, seq); row.step();) {
        protocol::chat::record record = record_of(row);
        record.author = known_person(static_cast<person_number>(row.integer(person_column))).author;
        chain = next_chain(chain, record);
    }
    if (chains_asked_.size() >= limits::chains_cached_max) chains_asked_.clear();
    chains_asked_.emplace(std::pair{room.number, seq}, chain);
    return chain;
}

transcript_place database::transcript_at(room_number number, std::uint64_t seq) {
    const room_info* room = find_room(number);
    if (room == nullptr) return {.error = error_code::no_such_room};
    const std::uint64_t at = seq == 0 ? room->last_seq : seq;
    const auto chain = chain_at(*room, at);
    if (!chain) return {.error = error_code::no_such_message};
    return {.seq = at, .n = n_at(*room, at), .chain = *chain};
}

}  // namespace chat_server::storage
