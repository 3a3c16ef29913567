// One large file that a receiver takes in, from its offer to its outcome.
//
//   claiming ─▶ opening ─▶ receiving ─▶ finishing ─▶ ended
//        └──────────┴───────────┴─▶ ending ─────────▶ ended      failed, withdrawn, fenced, stopped
//
// Two lanes of jobs, each with at most one in flight: one writes chunks, the other makes written chunks
// durable (data synced, then the journal) or takes chunks back before they are overwritten. They overlap, so
// that syncing does not stop the flow. Part of the receiver; see receiver.hpp.
#pragma once

#include "common/transfer/claims.hpp"
#include "common/transfer/placement.hpp"
#include "common/transfer/receiver.hpp"
#include "common/transfer/staging.hpp"
#include "protocol/upload/compare_messages.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace common::transfer {

class incoming_file : public std::enable_shared_from_this<incoming_file> {
  public:
    // The space for a known size is taken from the allowance already.
    incoming_file(receiver& owner, const protocol::upload::offer& offer, std::string target);

    void begin();
    protocol::error_code on_chunk(const protocol::upload::chunk& chunk, stream::slice data);
    protocol::error_code on_zeros(const protocol::upload::zeros& zeros);
    protocol::error_code on_finish(const protocol::upload::finish& finish);
    // Ends the file with this outcome; what is written becomes durable for the next run.
    void fail(std::error_code why);
    // The same without an outcome: the connection is gone.
    void stop();
    file_under_way progress() const;

  private:
    enum class state { claiming, opening, copying, receiving, finishing, ending, ended };
    struct piece {
        std::uint32_t index = 0;
        digest of{};
        stream::slice data;
        std::uint64_t zeros = 0;  // bytes of a chunk that is nothing but zeros and has no data

        std::uint64_t bytes() const { return zeros != 0 ? zeros : data.size(); }
        // What it takes in memory while it waits.
        std::size_t cost() const { return zeros != 0 ? sizeof(piece) : data.size(); }
    };
    struct opened {
        std::error_code error;
        bool left_theirs = false;  // skipped
        opened_staging staging;
        std::string base{};  // a file here that may be much like this one
    };

    protocol::error_code take(piece next);
    protocol::error_code after_chunks();
    void open();
    void on_open(opened found);
    // Where the file may be copied from before anything is sent; on the pool. Empty: nowhere.
    static std::string find_base(const staging_request& request, const receiver_settings& settings,
                                 const receiver_surroundings& around,
                                 const std::optional<seam::file_info>& there);
    void copy_base(std::string path);
    void copy_part(std::shared_ptr<seam::file> base, std::uint32_t first);
    void begin_receiving();
    void tell_wanted();
    void tell_progress();
    protocol::error_code check_place(std::uint32_t index, std::size_t bytes);

    // Starts whatever can run now.
    void pump();
    void write_some();
    void on_written(std::vector<piece>& pieces, std::error_code error);
    void mark_durable();
    void forget_some();
    void finalize();
    void on_final(std::error_code error, const placed& at);

    bool idle() const { return !writing_ && !marking_; }
    void drop_queued();
    void wind_down(std::error_code why);
    // The end of every way: lets go of the staged file and tells the outcome.
    void end(protocol::upload::status status, std::error_code why, std::string_view renamed_to,
             std::uint64_t bytes);
    std::uint64_t bytes_of(std::uint32_t index) const;

    receiver& owner_;
    std::uint32_t file_no_;
    std::string target_;
    staging_request request_;
    std::uint32_t mode_;
    std::uint64_t taken_bytes_;  // from the allowance
    state state_ = state::claiming;
    std::shared_ptr<claims::ticket> ticket_;

    staged_file staged_;
    chunk_map chunks_;
    std::uint64_t resumed_bytes_ = 0;
    bool copied_ = false;               // from a file that was here: that is no resumption
    std::uint64_t received_bytes_ = 0;  // written or found on disk
    std::uint64_t durable_bytes_ = 0;
    // The stream's last, shorter chunk; size_unknown only.
    bool last_seen_ = false;
    std::uint32_t last_index_ = 0;
    std::size_t last_bytes_ = 0;

    std::deque<piece> queue_;
    std::vector<piece> parked_;  // their durable predecessors must be forgotten first
    std::vector<received_chunk> written_;
    std::uint64_t unsynced_bytes_ = 0;
    bool mark_due_ = false;
    bool writing_ = false;
    bool marking_ = false;
    bool disk_failed_ = false;
    bool discard_ = false;           // what is staged is of no use
    std::uint32_t chunks_came_ = 0;  // in this run
    std::optional<protocol::upload::finish> early_finish_;
    bool finish_asked_ = false;
    std::error_code why_ending_;
    seam::timer mark_timer_;
};

}  // namespace common::transfer
