// The sending half of a transfer: a list of files goes in, offers and chunks go out, outcomes come back.
//
//   outgoing_source ─▶ Ask, Checked ─┬▶ small: read many into one buffer ─▶ ┐
//                     unless fresh   ├▶ large: Offer, Wanted, read ahead ──▶ ┴ ready ─▶ channel
//                                    └▶ there already: settled
//
//   auto half = sender::create(around, source, events);
//   half->attach(channel, opened);     // after Open / Opened: starts sending
//   half->on_frame(frame);             // every frame of the transfer; an error is a breach by the peer
//   half->on_room();                   // the channel takes more
//   half->detach();                    // the connection is gone; attach() goes on with what has no outcome
//   …                                  // events: one outcome for each item, then done
//
// Reads ahead on the blocking pool, bounded in bytes; a peer that takes nothing costs nothing more. Nothing
// is read or sent again that the receiver has on disk, when the source did not change. One loop only.
//
//   half->join(1, channel);            // more connections: whichever has room takes what is ready
//   half->leave(1);                    // one is gone: only what it may have lost is sent again
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/stream/buffer_pool.hpp"
#include "common/transfer/channel.hpp"
#include "common/transfer/digest.hpp"
#include "common/transfer/file_under_way.hpp"
#include "common/transfer/lanes.hpp"
#include "common/transfer/offer_batch.hpp"
#include "common/transfer/outgoing.hpp"
#include "common/transfer/packing.hpp"
#include "common/transfer/waits.hpp"
#include "common/transport/frame_reader.hpp"
#include "protocol/upload/compare_messages.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace common::transfer {

class outgoing_file;

// All of it outlives the sender.
struct sender_surroundings {
    seam::event_loop& loop;
    seam::blocking_pool& pool;
    stream::buffer_pool& buffers;
};

struct sender_settings {
    bool checksum = false;  // compare contents, not times
    bool dry_run = false;   // only ask; every item ends with a verdict
    bool pack = false;  // compress what gets shorter by it, while the link is slow and the receiver unpacks
};

struct sender_counts {
    std::uint64_t found_files = 0;  // so far, without folders; all when scanned
    std::uint64_t found_bytes = 0;
    bool scanned = false;
    std::uint64_t sent_bytes = 0;      // payload put on the wire
    std::uint64_t received_bytes = 0;  // the receiver has them, resumed and skipped ones included
    std::uint64_t durable_bytes = 0;   // of those on its disk
    std::uint64_t resumed_bytes = 0;   // were there before this run
    std::uint64_t files_done = 0;
};

struct sender_outcome {
    const outgoing& item;
    protocol::upload::status status = protocol::upload::status::failed;
    std::error_code error{};        // of protocol::error_category when the peer told it
    std::string_view path{};        // where it is now
    std::uint64_t bytes = 0;        // of the file; of a stream, as far as it was read
    digest content{};               // of the whole file, when it was read; zero otherwise
    std::uint32_t chunk_bytes = 0;  // content is of the digests of such chunks; 0: of the content itself
    std::uint32_t file_no = 0;
    // What the receiver said when it was asked; nothing when it was not.
    std::optional<protocol::upload::verdict> verdict{};
};

class sender_events {
  public:
    virtual ~sender_events() = default;
    virtual void on_outcome(const sender_outcome& what) = 0;
    virtual void on_counts(const sender_counts& now) = 0;
    // The list ended early; what was found is still sent.
    virtual void on_source_error(std::error_code why) = 0;
    // The peer said Done; every item had its outcome.
    virtual void on_done(const protocol::upload::done& totals) = 0;
};

class sender : public std::enable_shared_from_this<sender> {
  public:
    static std::shared_ptr<sender> create(const sender_surroundings& around,
                                          std::shared_ptr<outgoing_source> source, sender_events& events,
                                          sender_settings settings = {});
    ~sender();

    void attach(channel& peer, const protocol::upload::opened& answer);
    void detach();
    // One more connection of the same transfer; false: not now, or not with this number.
    [[nodiscard]] bool join(std::uint16_t lane, channel& peer);
    // That connection is gone, and what it may have lost goes over the others; false: detach() must follow.
    [[nodiscard]] bool leave(std::uint16_t lane);
    std::size_t lane_count() const { return lanes_.count(); }

    [[nodiscard]] protocol::error_code on_frame(const transport::incoming_frame& frame,
                                                std::uint16_t lane = 0);
    // The channel of this lane has room; true when there is more to send.
    bool on_room(std::uint16_t lane = 0);

    // 0: no limit. May change at any time.
    void set_limit(std::uint64_t bytes_per_second);
    const sender_counts& counts() const { return counts_; }
    // What this half waited for, and what the other one told last.
    wait_times waits() const;
    const wait_times& peer_waits() const { return peer_waits_; }
    // Files that travel in chunks, at most `count_max`, the furthest first.
    std::vector<file_under_way> files_under_way(std::size_t count_max) const;

  private:
    friend class outgoing_file;
    sender(const sender_surroundings& around, std::shared_ptr<outgoing_source> source, sender_events& events,
           sender_settings settings);

    using item_pointer = std::shared_ptr<const outgoing>;
    struct offered_item {
        item_pointer item;
        digest content{};  // of a small file, once it was read
        std::optional<protocol::upload::verdict> verdict{};
    };
    // Consecutive file numbers that are asked about in one frame.
    struct question_batch {
        std::uint32_t first = 0;
        std::vector<item_pointer> items{};
        std::size_t bytes = 0;
    };
    // A folder that waits for what is in it.
    struct folder_end {
        item_pointer item;
        std::uint32_t after = 0;  // files with smaller numbers come first
    };

    // Starts whatever can run now.
    void pump();
    void scan();
    void take_pending();
    bool take(const item_pointer& item);
    void take_folder_ends();
    bool settle_unsent(const outgoing& item);
    // Room for this item now; then offer() takes it.
    bool can_offer(const outgoing& item);
    void offer(std::uint32_t file_no, const item_pointer& item);
    void start_batch();

    bool asks_about(const outgoing& item) const;
    bool can_ask() const;
    void ask_about(const item_pointer& item);
    void send_questions();
    void put_questions(const question_batch& batch, const std::vector<seam::result<digest>>& contents);
    void offer_wanted();
    protocol::error_code on_checked(const transport::incoming_frame& frame);
    void take_verdict(std::uint32_t file_no, const protocol::upload::judged& told);
    void on_batch(offer_batch& batch);
    void send_end();
    void make_ready(stream::slice frames, std::uint64_t payload_bytes, std::uint32_t count = 1);
    bool room_to_read() const;
    bool packs_now() { return packs_ && packing_.wanted(); }
    void note_packing(const packing_trial& trial);
    // Time goes on: what is waited for now?
    void account();
    protocol::error_code on_waits(const transport::incoming_frame& frame);

    protocol::error_code take_answer(const transport::incoming_frame& frame);
    protocol::error_code on_taken(const transport::incoming_frame& frame, std::uint16_t lane);
    protocol::error_code on_lost(const transport::incoming_frame& frame);
    protocol::error_code on_wanted(const transport::incoming_frame& frame);
    protocol::error_code on_progress(const transport::incoming_frame& frame);
    protocol::error_code on_stored(const transport::incoming_frame& frame);
    protocol::error_code on_done(const transport::incoming_frame& frame);
    void settle(std::uint32_t file_no, protocol::upload::status status, std::error_code error,
                std::string_view path);
    void tell_outcome(const sender_outcome& what);

    // Runs on the pool, then `done` on the loop unless the connection changed meanwhile; `always` in any
    // case.
    void run(seam::handler work, seam::handler done, seam::handler always);

    sender_surroundings around_;
    std::shared_ptr<outgoing_source> source_;
    sender_events* events_;
    const sender_settings settings_;
    bool asking_ = true;  // on this connection
    lanes lanes_;
    std::uint64_t generation_ = 0;  // of the connection: what older jobs bring is dropped
    std::uint64_t file_bytes_max_ = 0;

    bool scanning_ = false;
    std::deque<item_pointer> pending_;
    std::deque<folder_end> folder_ends_;
    std::map<std::uint32_t, offered_item> unanswered_;
    std::unordered_map<std::uint32_t, std::shared_ptr<outgoing_file>> large_;
    std::unique_ptr<offer_batch> batch_;
    std::size_t batch_jobs_ = 0;
    question_batch questions_;                   // not yet asked
    bool question_job_ = false;                  // contents are read for a question
    std::deque<question_batch> open_questions_;  // asked, not answered
    std::deque<std::uint32_t> wanted_;           // answered: to be offered
    std::size_t read_jobs_ = 0;
    std::deque<counted_frames> ready_;
    std::size_t ready_bytes_ = 0;

    std::uint32_t next_file_no_ = 0;
    std::uint32_t offers_ = 0;
    // Large files whose resumed bytes are counted: not again after a reconnect.
    std::unordered_set<item_pointer> resume_counted_;
    bool stream_begun_ = false;  // there is one at most: stdin
    bool end_sent_ = false;
    bool done_ = false;
    std::uint64_t limit_bytes_per_second_ = 0;
    seam::mono_time next_send_{};
    seam::timer limit_timer_;
    bool packs_ = false;  // on this connection
    packing_rule packing_;
    wait_account waits_;
    wait_times peer_waits_;
    transport::link_times earlier_link_;  // of the connections before this one
    sender_counts counts_;
};

}  // namespace common::transfer
