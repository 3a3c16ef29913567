#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"
#include "protocol/frame/encoder.hpp"

#include <algorithm>
#include <cassert>

namespace chat_server::storage {

using protocol::error_code;
using protocol::chat::start_at;

const room_info* database::find_room(room_number room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : &found->second;
}

cursor database::cursor_of(person_number reader, room_number room) {
    cursor at;
    sql_->find_cursor.start(reader, room);
    if (!sql_->find_cursor.step()) return at;
    at = {.delivered_seq = sql_->find_cursor.integer(0), .read_seq = sql_->find_cursor.integer(1)};
    sql_->find_cursor.reset();
    return at;
}

// How many messages there are up to this record, gone ones included.
std::uint64_t database::n_at(const room_info& room, std::uint64_t seq) {
    if (seq >= room.last_seq) return room.last_n;
    if (seq < room.first_seq) return seq + 1 == room.first_seq ? room.gone_n : std::min(seq, room.gone_n);
    sql_->n_at.start(room.number, seq);
    const bool there = sql_->n_at.step();
    assert(there && "kept records have no holes");
    const std::uint64_t n = sql_->n_at.integer(0);
    sql_->n_at.reset();
    return n;
}

// The record that is message `n`, which is kept: n never falls with seq, so the first with at least n.
std::uint64_t database::seq_of(const room_info& room, std::uint64_t n) {
    std::uint64_t low = room.first_seq;
    std::uint64_t high = room.last_seq;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (n_at(room, middle) >= n) high = middle;
        if (high != middle) low = middle + 1;
    }
    return low;
}

std::uint64_t database::next_seq_for(const room_info& room, const room_request& request, const cursor& at) {
    const auto from_message = [&](std::uint64_t n) {
        if (n > room.last_n) return room.last_seq + 1;
        // What is gone is shown as a gap, from the beginning.
        return n <= room.gone_n ? 1 : seq_of(room, n);
    };
    switch (request.start) {
        case start_at::after_seq:
            return std::min(request.position, room.last_seq) + 1;
        case start_at::from_n:
            return from_message(std::max<std::uint64_t>(request.position, 1));
        case start_at::last_n:
            return from_message(request.position >= room.last_n ? 1 : room.last_n - request.position + 1);
        case start_at::cursor:
        case start_at::before_seq:
            break;
    }
    return at.delivered_seq == 0 ? room.last_seq + 1 : at.delivered_seq + 1;
}

database::range database::range_of(const room_info& room, const read_request& request) {
    const std::uint64_t last_seq = room.last_seq;
    // The last record before message `n` + 1.
    const auto end_of_message = [&](std::uint64_t n) {
        if (n >= room.last_n) return last_seq;
        return n <= room.gone_n ? room.first_seq - 1 : seq_of(room, n + 1) - 1;
    };
    const auto begin_of_message = [&](std::uint64_t n) {
        if (n > room.last_n) return last_seq + 1;
        return n <= room.gone_n ? 1 : seq_of(room, n);
    };
    switch (request.start) {
        case start_at::before_seq: {
            const std::uint64_t to = std::clamp<std::uint64_t>(request.position, 1, last_seq + 1) - 1;
            const std::uint64_t n = n_at(room, to);
            return {begin_of_message(n >= request.count ? n - request.count + 1 : 1), to, true};
        }
        case start_at::last_n: {
            const std::uint64_t count = std::min<std::uint64_t>(request.position, request.count);
            if (count == 0) return {last_seq + 1, last_seq, true};
            return {begin_of_message(count >= room.last_n ? 1 : room.last_n - count + 1), last_seq, true};
        }
        case start_at::from_n: {
            const std::uint64_t n = std::max<std::uint64_t>(request.position, 1);
            return {begin_of_message(n), n > room.last_n ? last_seq : end_of_message(n - 1 + request.count),
                    false};
        }
        case start_at::after_seq:
        case start_at::cursor:
            break;
    }
    const std::uint64_t after = std::min(request.position, last_seq);
    const bool all = request.count == UINT32_MAX;
    return {after + 1, all ? last_seq : end_of_message(n_at(room, after) + request.count), false};
}

// The oldest record of the range so that it and all newer ones of it fit.
std::uint64_t database::fit_newest(const room_info& room, const range& wanted, std::size_t bytes_max) {
    std::uint64_t oldest = wanted.to_seq + 1;
    std::size_t bytes = 0;
    for (sql_->sizes_back.start(room.number, wanted.from_seq, wanted.to_seq); sql_->sizes_back.step();) {
        bytes += protocol::chat::limits::record_overhead_bytes_max + sql_->sizes_back.integer(1);
        if (bytes > bytes_max && oldest <= wanted.to_seq) break;
        oldest = sql_->sizes_back.integer(0);
    }
    sql_->sizes_back.reset();
    return oldest;
}

void database::encode_range(const room_info& room, const range& wanted, std::size_t bytes_max,
                            read_answer& answer) {
    domain::block_builder builder{room.number};
    auto& row = sql_->read;
    for (row.start(room.number, wanted.from_seq, wanted.to_seq); row.step();) {
        protocol::chat::record record = record_of(row);
        record.author = known_person(static_cast<person_number>(row.integer(person_column))).author;
        const std::size_t frame_bytes = protocol::frame::frame_bytes(record);
        if (builder.bytes() > 0 && builder.bytes() + frame_bytes > bytes_max) break;
        builder.add(record);
        answer.to_seq = record.seq;
    }
    row.reset();
    auto blocks = builder.take();
    assert(blocks.size() <= 1 && "a page is at most one block");
    if (!blocks.empty()) answer.block = std::move(blocks.front());
}

read_answer database::read(const read_request& request) {
    const auto found = rooms_.find(request.room);
    if (found == rooms_.end()) return {.error = error_code::no_such_room};
    const room_info& room = found->second;
    const std::size_t bytes_max = std::min(request.bytes_max, limits::page_bytes_max);

    range wanted = range_of(room, request);
    if (wanted.from_seq > wanted.to_seq) return {.from_seq = wanted.to_seq + 1, .to_seq = wanted.to_seq};
    read_answer answer{.from_seq = wanted.from_seq, .to_seq = wanted.to_seq};
    if (wanted.to_seq < room.first_seq) {
        answer.from_n = n_at(room, wanted.from_seq - 1) + 1;
        answer.gone_n = n_at(room, wanted.to_seq);
        answer.gone_chain = room.gone_chain;
        return answer;
    }
    if (wanted.from_seq < room.first_seq) {
        answer.from_n = n_at(room, wanted.from_seq - 1) + 1;
        answer.gone_n = room.gone_n;
        answer.gone_chain = room.gone_chain;
        wanted.from_seq = room.first_seq;
    }
    if (wanted.newest_first) {
        const std::uint64_t oldest = fit_newest(room, wanted, bytes_max);
        if (oldest > wanted.from_seq) answer.from_seq = oldest;
        wanted.from_seq = oldest;
    }
    encode_range(room, wanted, bytes_max, answer);
    if (request.fold) fold(room, answer);
    return answer;
}

}  // namespace chat_server::storage
