#include "chat-server/session/reader.hpp"

#include "chat-server/session/limits.hpp"
#include "protocol/frame/encoder.hpp"

#include <algorithm>

namespace chat_server::session {

using common::transport::outbox;

void reader::join(const live_room& room, std::uint64_t next_seq) {
    place* known = find(room.number);
    place& at = known != nullptr ? *known : places_.emplace_back();
    at = {.room = &room, .next_seq = next_seq};
}

bool reader::leave(std::uint32_t room) {
    return std::erase_if(places_, [room](const place& at) { return at.room->number == room; }) > 0;
}

bool reader::has_joined(std::uint32_t room) const {
    return std::ranges::any_of(places_, [room](const place& at) { return at.room->number == room; });
}

std::uint64_t reader::next_seq(std::uint32_t room) const {
    const auto at = std::ranges::find(places_, room, [](const place& p) { return p.room->number; });
    return at == places_.end() ? 0 : at->next_seq;
}

reader::place* reader::find(std::uint32_t room) {
    const auto at = std::ranges::find(places_, room, [](const place& p) { return p.room->number; });
    return at == places_.end() ? nullptr : &*at;
}

const domain::block_ptr* reader::at_hand(const place& at) const {
    if (at.next_seq > at.room->last_seq) return nullptr;
    if (at.page != nullptr && at.page->holds(at.next_seq)) return &at.page;
    return tails_.find(at.room->number, at.next_seq);
}

// Whole records from next_seq on, about fill_bytes of them; true when something was appended.
bool reader::append_some(place& at, const domain::block_ptr& block, outbox& to) {
    const std::size_t begin = block->begin_of(at.next_seq);
    const std::size_t wish = begin + limits::fill_bytes;
    const auto first = static_cast<std::size_t>(at.next_seq - block->first_seq);
    const std::size_t whole = block->bytes.size() <= wish ? block->count() : block->records_before(wish);
    const std::size_t upto = std::max(whole, first + 1);
    const std::size_t bytes = block->ends[upto - 1] - begin;
    to.append(block, std::span{block->bytes}.subspan(begin, bytes));
    count_.records += upto - first;
    count_.bytes += bytes;
    at.next_seq += upto - first;
    if (at.page != nullptr && !at.page->holds(at.next_seq)) at.page = nullptr;
    return true;
}

// One round over the rooms, from the one whose turn it is; true when it appended anything.
bool reader::fill_from(bool live, outbox& to) {
    bool appended = false;
    for (std::size_t i = 0; i < places_.size() && to.size_bytes() < limits::fill_bytes; ++i) {
        place& at = places_[(turn_ + i) % places_.size()];
        if ((at.page == nullptr) != live) continue;
        const domain::block_ptr* block = at_hand(at);
        // The page may be the block's last owner.
        if (block != nullptr) appended = append_some(at, domain::block_ptr{*block}, to) || appended;
        if (at.next_seq > at.room->last_seq && !at.caught_up_told) {
            at.caught_up_told = true;
            const protocol::chat::caught_up told{.room = at.room->number, .seq = at.room->last_seq};
            protocol::frame::encode_to(to.extend(protocol::frame::frame_bytes(told)), told);
            appended = true;
        }
    }
    return appended;
}

bool reader::fill(outbox& to) {
    while (to.size_bytes() < limits::fill_bytes) {
        const bool appended = fill_from(true, to) || fill_from(false, to);
        if (!appended) return false;
        ++turn_;
    }
    return std::ranges::any_of(places_, [this](const place& at) { return at_hand(at) != nullptr; });
}

std::optional<storage::read_request> reader::wanted_page() {
    if (asked_ || places_.empty()) return std::nullopt;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const place& at = places_[(turn_ + i) % places_.size()];
        if (at.next_seq > at.room->last_seq || at_hand(at) != nullptr) continue;
        asked_ = true;
        return storage::read_request{.room = at.room->number,
                                     .start = protocol::chat::start_at::after_seq,
                                     .position = at.next_seq - 1,
                                     .bytes_max = storage::limits::page_bytes_max};
    }
    return std::nullopt;
}

std::optional<protocol::chat::gap> reader::on_page(std::uint32_t room, const storage::read_answer& answer) {
    asked_ = false;
    place* at = find(room);
    // Left, or joined again at another place, while the page was on its way.
    if (at == nullptr || answer.from_seq != at->next_seq || answer.from_seq > answer.to_seq)
        return std::nullopt;
    const std::uint64_t first = answer.block != nullptr ? answer.block->first_seq : answer.to_seq + 1;
    at->page = answer.block;
    if (first == at->next_seq) return std::nullopt;
    const protocol::chat::gap gone{.room = room,
                                   .from_seq = at->next_seq,
                                   .to_seq = first - 1,
                                   .from_n = answer.from_n,
                                   .to_n = answer.gone_n,
                                   .chain = answer.gone_chain};
    at->next_seq = first;
    return gone;
}

}  // namespace chat_server::session
