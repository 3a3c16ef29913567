// Consecutive records of one room as the bytes every reader gets: made once, then only shared.
//
//     bytes  │ frame of first_seq │ frame of first_seq+1 │ … │ frame of last_seq() │
//     ends                        ▲                      ▲                         ▲
//
//   block_builder blocks{room};
//   blocks.add(record);                                  // in ascending seq, without a hole
//   for (const block_ptr& block : blocks.take()) …       // each at most block_bytes_max
#pragma once

#include "protocol/chat/answers.hpp"
#include "protocol/wire/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace chat_server::domain {

struct record_block {
    std::uint32_t room = 0;
    std::uint64_t first_seq = 0;
    std::uint64_t last_n = 0;         // of the last record
    std::int64_t last_at_ms = 0;      // when it was stored
    std::vector<std::byte> bytes;     // whole frames
    std::vector<std::uint32_t> ends;  // where each record's frame ends in `bytes`

    std::size_t count() const { return ends.size(); }
    std::uint64_t last_seq() const { return first_seq + ends.size() - 1; }
    bool holds(std::uint64_t seq) const { return seq >= first_seq && seq < first_seq + ends.size(); }
    // Where the frame of a record in this block begins.
    std::size_t begin_of(std::uint64_t seq) const {
        return seq == first_seq ? 0 : ends[static_cast<std::size_t>(seq - first_seq) - 1];
    }
    // How many whole records lie in front of this place of `bytes`.
    std::size_t records_before(std::size_t offset) const;
    // From this record to the end.
    protocol::wire::bytes_view from(std::uint64_t seq) const {
        return std::span{bytes}.subspan(begin_of(seq));
    }
};

using block_ptr = std::shared_ptr<const record_block>;

class block_builder {
  public:
    explicit block_builder(std::uint32_t room) : room_(room) {}

    void add(const protocol::chat::record& record);
    std::size_t bytes() const { return bytes_; }
    std::vector<block_ptr> take();

  private:
    std::uint32_t room_;
    std::size_t bytes_ = 0;
    std::shared_ptr<record_block> open_;
    std::vector<block_ptr> full_;
};

}  // namespace chat_server::domain
