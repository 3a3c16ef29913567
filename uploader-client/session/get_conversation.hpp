// Brings files from the server into a local folder, over as many connections as it takes: Open, the receiving
// half of a transfer, Done.
//
//   auto get = get_conversation::create(around, {.id = …, .path = "photos/2026"}, observer);
//   get->begin(link, …);       // see conversation.hpp
//
// Each connection has a receiving half of its own; what an earlier one made durable is found on disk again,
// and what it stored is there already. Neither is told to the observer twice.
#pragma once

#include "common/transfer/receiver.hpp"
#include "uploader-client/domain/preserve_words.hpp"
#include "uploader-client/domain/report.hpp"
#include "uploader-client/session/conversation.hpp"

#include <string>
#include <vector>

namespace uploader_client::session {

struct get_settings {
    protocol::upload::transfer_id id{};        // one for all connections of a run
    std::string path{};                        // on the server; empty: its root
    bool fresh = false;                        // there is nothing here to compare with
    bool unpacks = true;                       // the server may compress
    std::uint64_t limit_bytes_per_second = 0;  // 0: none
    domain::preserved preserve{.mode = true, .mtime = true};
    transfer::receiver_settings receiving{};
};

class get_conversation final : public conversation, private transfer::receiver_events {
  public:
    // `observer` outlives the conversation.
    static std::shared_ptr<get_conversation> create(const transfer::receiver_surroundings& around,
                                                    get_settings settings,
                                                    domain::transfer_observer& observer);

    void pause_reading() override;
    void resume_reading() override;

    // Links and special files that the server passed over.
    std::uint64_t left_out() const { return left_out_; }
    void set_limit(std::uint64_t bytes_per_second) override;
    domain::wait_shares shares() const override;
    std::vector<domain::file_state> current_files(std::size_t count_max) const override;

  private:
    get_conversation(const transfer::receiver_surroundings& around, get_settings settings,
                     domain::transfer_observer& observer);

    void open() override;
    protocol::error_code on_message(const transport::incoming_frame& frame) override;
    bool on_room() override;
    void wind_up(seam::handler done) override;

    bool join_half(std::uint16_t lane, transfer::channel& peer) override;
    bool leave_half(std::uint16_t lane) override;
    protocol::error_code on_lane_frame(std::uint16_t lane, const transport::incoming_frame& frame) override;
    bool on_lane_room(std::uint16_t lane) override;
    domain::connection_tuner::view look() const override;
    protocol::upload::transfer_id transfer() const override { return settings_.id; }

    void on_offer(protocol::upload::entry_kind kind, std::uint64_t size) override;
    void on_outcome(const transfer::receiver_outcome& what) override;
    void on_counts(const transfer::receiver_counts& now) override;
    void on_done(const protocol::upload::done& totals) override;

    protocol::error_code receive(const transport::incoming_frame& frame, std::uint16_t lane);
    void on_end(const transport::incoming_frame& frame);
    void keep_pace(std::size_t bytes);
    void apply_reading();
    void tell_counts();

    struct offered {
        std::uint64_t files = 0;
        std::uint64_t bytes = 0;
        std::uint64_t done = 0;
    };

    const transfer::receiver_surroundings around_;
    const get_settings settings_;
    domain::transfer_observer& observer_;
    std::shared_ptr<transfer::receiver> half_;
    bool whole_list_ = false;
    offered offered_;                   // in this connection
    transfer::receiver_counts counts_;  // of this connection
    std::uint64_t earlier_bytes_ = 0;   // over the wire in earlier connections
    // Hashes of the paths that were told: eight bytes for each file, sorted when a connection begins.
    std::vector<std::uint64_t> told_;
    std::uint64_t left_out_ = 0;
    std::size_t told_before_ = 0;  // of those in earlier connections

    domain::wait_shares last_shares_;  // of the connection that ended
    std::uint64_t limit_bytes_per_second_;
    seam::timer pace_;
    seam::mono_time next_read_{};
    bool half_paused_ = false;
};

}  // namespace uploader_client::session
