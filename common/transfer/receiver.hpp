// The receiving half of a transfer: offers and chunks come in, files under their final names come out.
//
//            ┌ small: batch ─▶ write, sync together, rename, sync folders ─┐
//   Offer ───┤                                                             ├─▶ Stored … Done
//            └ large: Wanted ─▶ Chunk… ─▶ staged, journal ─▶ Finish ─▶ rename ┘
//
//   auto half = receiver::create(around, settings, channel, events);   // after Open / Opened
//   half->on_frame(frame);               // every frame of the transfer; an error is a breach by the peer
//   …                                    // events: one outcome for each offer, then done
//   half->stop(finished);                // the connection is gone: what is written becomes durable first
//
// Nothing is stored before it is verified, synced and renamed, in this order. All disk work runs on the
// blocking pool; the connection is paused while too much waits for it. One loop only; the disk and the pool
// outlive the half, the channel and the events until stop() returns.
#pragma once

#include "common/seam/random.hpp"
#include "common/stream/slice.hpp"
#include "common/stream/watermark.hpp"
#include "common/transfer/allowance.hpp"
#include "common/transfer/channel.hpp"
#include "common/transfer/claims.hpp"
#include "common/transfer/comparison.hpp"
#include "common/transfer/digest.hpp"
#include "common/transfer/file_under_way.hpp"
#include "common/transfer/lanes.hpp"
#include "common/transfer/limits.hpp"
#include "common/transfer/number_set.hpp"
#include "common/transfer/small_files.hpp"
#include "common/transfer/waits.hpp"
#include "common/transport/frame_reader.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace common::transfer {

class content_index;
class incoming_file;

// What a receiver works with; all of it outlives the receiver.
struct receiver_surroundings {
    seam::event_loop& loop;
    seam::blocking_pool& pool;
    seam::disk& disk;
    seam::random& random;
    transfer::claims& claims;
    transfer::allowance& allowance;
    content_index* index = nullptr;  // of what owners have stored here; none: only the target is copied from
};

struct receiver_settings {
    std::string owner{};   // whose unfinished files these are
    std::string folder{};  // everything goes below; empty: the root
    protocol::upload::conflict_policy on_conflict = protocol::upload::conflict_policy::fail;
    transfer::durability durability = durability::full;
    std::uint64_t file_bytes_max = limits::file_bytes_max;
    std::uint64_t reserve_bytes = 0;  // free space that is never touched
    std::string rename_to{};          // instead of the first component of what is offered; empty: as it is
    bool keep_mode = true;            // as offered; otherwise the usual ones
    bool keep_mtime = true;           // as offered; otherwise the time of storing
    bool checksum = false;            // contents were compared: size and time do not count
    // The sender may learn digests of what it replaces.
    bool may_compare = true;
    bool dry_run = false;  // only questions are answered, and nothing is changed
};

// What a file holds, as its digest tells.
struct content_proof {
    std::uint32_t chunk_bytes = 0;  // 0: the digest is of the content itself, not of those of its chunks
    digest of{};
};

struct receiver_outcome {
    std::string_view path;  // below the folder
    protocol::upload::outcome outcome;
    std::uint64_t bytes = 0;  // of the file, when it was stored or resumed
    content_proof content{};  // likewise
    protocol::upload::entry_kind kind = protocol::upload::entry_kind::file;
    // What a question was answered with; otherwise nothing.
    std::optional<protocol::upload::verdict> verdict{};
};

struct receiver_counts {
    std::uint64_t received_bytes = 0;  // verified, of this run
    std::uint64_t resumed_bytes = 0;   // found on disk
    std::uint64_t skipped_bytes = 0;   // in files that were there and were not even sent
    std::uint64_t durable_bytes = 0;   // on disk for good
    protocol::upload::done files{};
};

class receiver_events {
  public:
    virtual ~receiver_events() = default;
    // Once for each entry, before its outcome; `size` may be size_unknown.
    virtual void on_offer(protocol::upload::entry_kind kind, std::uint64_t size) = 0;
    virtual void on_outcome(const receiver_outcome& what) = 0;
    virtual void on_counts(const receiver_counts& now) = 0;
    // Done is sent; the half takes no more frames.
    virtual void on_done(const protocol::upload::done& totals) = 0;
};

class receiver : public std::enable_shared_from_this<receiver> {
  public:
    static std::shared_ptr<receiver> create(const receiver_surroundings& around, receiver_settings settings,
                                            channel& peer, receiver_events& events);
    ~receiver();

    // error_code::none, or how the peer broke the protocol: the connection must end.
    [[nodiscard]] protocol::error_code on_frame(const transport::incoming_frame& frame,
                                                std::uint16_t lane = 0);
    // The channel of this lane has room; true when there is more to send.
    bool on_room(std::uint16_t lane = 0);
    // One more connection of the same transfer; false: not now, or not with this number.
    [[nodiscard]] bool join(std::uint16_t lane, channel& peer);
    // That connection is gone, and the answers that it may have lost go over the others; false: stop() must
    // follow.
    [[nodiscard]] bool leave(std::uint16_t lane);
    std::size_t lane_count() const { return lanes_.count(); }
    void stop(seam::handler finished);

    const receiver_counts& counts() const { return counts_; }
    // What this half waited for, and what the other one told last.
    wait_times waits() const;
    const wait_times& peer_waits() const { return peer_waits_; }
    // Whoever passes frames holds them back, to be slow as asked.
    void set_held_back(bool held_back);
    // Files that travel in chunks, at most `count_max`, the furthest first.
    std::vector<file_under_way> files_under_way(std::size_t count_max) const;
    // Bytes that arrived and wait for the disk.
    std::size_t waiting_bytes() const { return waiting_.bytes(); }

  private:
    friend class incoming_file;
    receiver(const receiver_surroundings& around, receiver_settings settings, channel& peer,
             receiver_events& events);

    using incoming_frame = transport::incoming_frame;
    protocol::error_code on_offer(const incoming_frame& frame);
    protocol::error_code on_chunk(const incoming_frame& frame);
    protocol::error_code on_zeros(const incoming_frame& frame);
    protocol::error_code on_finish(const incoming_frame& frame);
    protocol::error_code on_withdraw(const incoming_frame& frame);
    protocol::error_code on_end(const incoming_frame& frame);
    protocol::error_code on_packed(const incoming_frame& frame);
    protocol::error_code on_ask(const incoming_frame& frame);
    protocol::error_code admit_large(const protocol::upload::offer& offer, std::string target);
    void refuse(const protocol::upload::offer& offer, std::error_code why);

    // Where an offered path leads to, and whether it may.
    std::string local_path(std::string_view offered) const;
    static protocol::error_code check_entry(protocol::upload::entry_kind kind, std::string_view offered,
                                            std::string_view target);

    // Questions: one frame at a time.
    void answer_questions();
    void on_answers(const std::vector<question>& asked, const std::vector<answer>& answers);

    // Small files: one batch at a time, as large as what came while the last one ran.
    void store_batch();
    void on_batch(const std::vector<small_file>& batch, const std::vector<stored_file>& stored);

    // Runs on the pool, then on the loop; the receiver stays alive until then.
    void run(seam::handler work, seam::handler done);
    // The one place where a file ends: its outcome waits for flush_outcomes().
    void settle(std::uint32_t file_no, protocol::upload::entry_kind kind, std::string_view target,
                protocol::upload::status status, std::error_code why, std::string_view renamed_to,
                std::uint64_t bytes, const content_proof& content = {});
    void count(protocol::upload::status status, std::uint64_t bytes);
    void flush_outcomes();
    void answer_large(const protocol::upload::wanted& answer);
    // A counted frame, on the oldest lane; in order, and again when that lane is lost.
    void tell(stream::slice frame);
    void end_when_whole();
    void conclude_when_told();
    protocol::error_code take_frame(const incoming_frame& frame);
    protocol::error_code on_taken(const incoming_frame& frame, std::uint16_t lane);
    protocol::error_code on_lost(const incoming_frame& frame);
    void forget_file(std::uint32_t file_no);
    // Time goes on: what is waited for now?
    void account();
    protocol::error_code on_waits(const incoming_frame& frame);
    std::string_view offered_path(std::string_view target) const;
    std::size_t offered_begin() const { return settings_.folder.empty() ? 0 : settings_.folder.size() + 1; }
    bool stopped() const { return stopped_; }
    void tell_when_stopped();

    struct told_outcome {
        std::uint32_t file_no = 0;
        protocol::upload::status status = protocol::upload::status::failed;
        std::uint16_t code = 0;
        std::string path;
    };

    receiver_surroundings around_;
    receiver_settings settings_;
    lanes lanes_;
    bool stopped_ = false;
    receiver_events* events_;

    stream::watermark waiting_;
    std::unordered_set<std::uint32_t> unsettled_;
    std::unordered_map<std::uint32_t, std::shared_ptr<incoming_file>> large_;
    std::vector<small_file> small_;
    std::size_t small_bytes_ = 0;
    std::vector<told_outcome> outcomes_;
    number_set offered_;
    number_set asked_;                         // the first numbers of questions
    std::vector<std::byte> unpacked_;          // room for one Packed frame
    std::deque<stream::slice> large_answers_;  // Wanted frames, over several lanes all, that wait for room
    std::deque<std::vector<question>> questions_;
    bool comparing_ = false;
    bool batch_running_ = false;
    std::uint64_t batches_ = 0;
    std::uint64_t run_ = 0;  // random: in the names of this run's small files

    std::uint32_t offers_ = 0;
    std::optional<std::uint32_t> end_offers_;
    bool ended_ = false;
    bool done_ = false;
    std::size_t jobs_ = 0;
    seam::handler on_stopped_;
    receiver_counts counts_;
    wait_account waits_;
    wait_times peer_waits_;
    bool held_back_ = false;
    transport::link_times last_link_;  // of the connection, when it ended
};

}  // namespace common::transfer
