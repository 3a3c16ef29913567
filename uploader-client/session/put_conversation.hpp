// Sends files to a folder of the server, over as many connections as it takes: Open, the sending half of a
// transfer, Done.
//
//   auto put = put_conversation::create(around, {.id = …, .folder = "in"}, source, observer);
//   put->begin(link, …);       // see conversation.hpp
#pragma once

#include "common/transfer/receipt.hpp"
#include "common/transfer/sender.hpp"
#include "protocol/upload/file_messages.hpp"
#include "uploader-client/domain/report.hpp"
#include "uploader-client/session/conversation.hpp"
#include "uploader-client/session/source_remover.hpp"
#include "uploader-client/session/wait_shares.hpp"

#include <map>
#include <string>
#include <vector>

namespace uploader_client::session {

// What the server signed; told in the order it came.
class receipt_taker {
  public:
    virtual ~receipt_taker() = default;
    // False when it does not prove what it should.
    virtual bool take(const protocol::upload::transfer_id& transfer,
                      const protocol::upload::receipt& signed_by,
                      const std::vector<transfer::receipt_entry>& entries) = 0;
};

struct put_settings {
    protocol::upload::transfer_id id{};  // one for all connections of a run
    std::string folder{};                // on the server; empty: its root
    protocol::upload::conflict_policy on_conflict = protocol::upload::conflict_policy::server_default;
    std::uint64_t limit_bytes_per_second = 0;  // 0: none
    receipt_taker* receipts = nullptr;         // null: none are asked for
    transfer::sender_settings sending{};
    bool delete_source = false;  // what is stored there is deleted here
    bool watching = false;       // what changes or vanishes while it is sent comes again: no failure
};

class put_conversation final : public conversation, private transfer::sender_events {
  public:
    // `observer` outlives the conversation.
    static std::shared_ptr<put_conversation> create(const transfer::sender_surroundings& around,
                                                    put_settings settings,
                                                    std::shared_ptr<transfer::outgoing_source> source,
                                                    domain::transfer_observer& observer);

    void set_limit(std::uint64_t bytes_per_second) override;
    domain::wait_shares shares() const override { return shares_of(half_->waits(), half_->peer_waits()); }
    std::vector<domain::file_state> current_files(std::size_t count_max) const override;

  private:
    put_conversation(const transfer::sender_surroundings& around, put_settings settings,
                     std::shared_ptr<transfer::outgoing_source> source, domain::transfer_observer& observer);

    void open() override;
    protocol::error_code on_message(const transport::incoming_frame& frame) override;
    protocol::error_code on_receipt(const transport::incoming_frame& frame);
    bool on_room() override;
    void wind_up(seam::handler done) override;

    bool join_half(std::uint16_t lane, transfer::channel& peer) override;
    bool leave_half(std::uint16_t lane) override;
    protocol::error_code on_lane_frame(std::uint16_t lane, const transport::incoming_frame& frame) override;
    bool on_lane_room(std::uint16_t lane) override;
    domain::connection_tuner::view look() const override;
    protocol::upload::transfer_id transfer() const override { return settings_.id; }

    void on_outcome(const transfer::sender_outcome& what) override;
    void on_counts(const transfer::sender_counts& now) override;
    void on_source_error(std::error_code why) override;
    void on_done(const protocol::upload::done& totals) override;

    void finish_when_removed();

    const put_settings settings_;
    std::shared_ptr<transfer::sender> half_;
    domain::transfer_observer& observer_;
    bool attached_ = false;
    bool done_ = false;
    // Stored on this connection and not signed yet.
    std::map<std::uint32_t, transfer::receipt_entry> unsigned_;
    bool limited_ = false;
    std::shared_ptr<source_remover> remover_;
};

}  // namespace uploader_client::session
