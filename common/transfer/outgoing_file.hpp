// One large file that a sender sends, from its offer to Finish.
//
//   opening ─▶ offered ─▶ sending ─▶ finished      the outcome comes to the sender
//       └──────────┴──────────┴────▶ finished      withdrawn: unreadable, or changed while it was read
//
// Part of the sender; see sender.hpp. Chunks that the receiver has are compared by digest, or, when it has
// them from this very version of the source, not even read.
#pragma once

#include "common/transfer/chunk_map.hpp"
#include "common/transfer/sender.hpp"
#include "protocol/upload/compare_messages.hpp"

#include <memory>
#include <vector>

namespace common::transfer {

class outgoing_file : public std::enable_shared_from_this<outgoing_file> {
  public:
    outgoing_file(sender& owner, std::uint32_t file_no, std::shared_ptr<const outgoing> item);

    void begin();
    protocol::error_code on_wanted(const protocol::upload::wanted& answer);
    // Starts a read if there is one to start; false when not.
    bool read_some();
    // Wanted has come, to its end.
    bool answered() const { return state_ == state::sending || state_ == state::finished; }
    bool offered() const { return state_ != state::opening; }
    // Since the last call of this kind.
    void on_progress(const protocol::upload::progress& now);
    std::uint64_t told_received() const { return told_received_; }
    std::uint64_t told_durable() const { return told_durable_; }
    digest content() const { return content_; }
    std::uint32_t chunk_bytes() const { return chunk_bytes_; }
    const outgoing& item() const { return *item_; }
    // Of the file; of a stream, read so far.
    std::uint64_t bytes() const { return is_stream() ? size_ : item_->size; }

  private:
    enum class state { opening, offered, sending, finished };
    struct read_chunk {
        std::uint32_t index = 0;
        bool present = false;  // at the receiver, with the digest `expected`
        digest expected{};
        digest of{};
        bool zeros = false;
        stream::slice frame;  // empty: the receiver has it, or it is nothing but zeros
        std::size_t bytes = 0;
        std::size_t wire_bytes = 0;
    };
    struct read_job {
        std::vector<read_chunk> chunks;
        bool at_end = false;
        std::error_code error;
        job_times times;
        bool packs = false;
        packing_trial packing;
    };

    bool is_stream() const { return item_->stream != nullptr; }
    std::error_code open();
    void on_open(std::error_code error);
    void read(read_job& job);
    std::error_code read_one(read_chunk& chunk, read_job& job);
    void pack_chunk(read_chunk& chunk, read_job& job);
    void on_read(read_job& job);
    // Holes: chunks that are not even read.
    void find_data();
    bool in_hole(std::uint32_t index);
    void put_zeros(std::uint32_t index);
    void send_zeros();
    std::uint64_t bytes_of(std::uint32_t index) const;
    void finish_when_read();
    void withdraw(std::error_code why);

    sender& owner_;
    std::uint32_t file_no_;
    std::shared_ptr<const outgoing> item_;
    state state_ = state::opening;
    std::shared_ptr<seam::file> file_;
    std::uint32_t chunk_bytes_;
    std::uint32_t chunk_count_ = 0;  // of a stream: known at its end
    bool same_source_ = false;
    bool count_resumed_ = true;
    chunk_map theirs_;   // what the receiver said it has
    chunk_map digests_;  // what the source has, as far as it was read or need not be
    std::uint32_t next_index_ = 0;
    digest sample_{};
    bool sparse_ = false;
    std::vector<seam::byte_range> data_;  // of a sparse file, ascending; the rest is holes
    std::uint64_t data_bytes_ = 0;        // in those
    std::size_t data_at_ = 0;             // the first range that may matter for next_index_
    protocol::upload::zeros zeros_{};     // not yet sent
    std::uint64_t zero_chunk_bytes_ = 0;  // what zero_chunk_ is the digest of
    digest zero_chunk_{};
    std::size_t reads_ = 0;
    bool at_end_ = false;
    std::uint32_t chunks_sent_ = 0;
    std::uint64_t size_ = 0;  // read so far of a stream
    std::uint64_t told_received_ = 0;
    std::uint64_t told_durable_ = 0;
    digest content_{};
};

}  // namespace common::transfer
