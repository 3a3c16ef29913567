// One client's conversation with the uploader-server, after Welcome.
//
//            ┌── List, Remove, … ──▶ Listing…, Removed       at any time: file_requests.hpp
//   idle ────┤
//            ├── Open put ──▶ Opened, receiver ──▶ Done ──▶ idle
//            └── Open get ──▶ Opened, sender ────▶ Done ──▶ idle
//
//   upload_session::begin(around, peer);   keeps itself alive until the link is closed and its disk work over
//
// The halves of the transfer do the work (common/transfer); this decides who may ask for what.
#pragma once

#include "common/transfer/link_channel.hpp"
#include "common/transfer/receiver.hpp"
#include "common/transfer/sender.hpp"
#include "uploader-server/session/accounting_disk.hpp"
#include "uploader-server/session/examinations.hpp"
#include "uploader-server/session/file_requests.hpp"
#include "uploader-server/session/receipts.hpp"
#include "uploader-server/session/request_host.hpp"
#include "uploader-server/session/settings.hpp"
#include "uploader-server/session/transfer_meter.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace uploader_server::session {

class upload_session final : public common::transport::connection_events,
                             private request_host,
                             public std::enable_shared_from_this<upload_session> {
  public:
    static void begin(const surroundings& around, peer client);
    ~upload_session() override;

  private:
    using incoming_frame = common::transport::incoming_frame;

    // The quota as the receiver sees it.
    class quota_allowance final : public common::transfer::allowance {
      public:
        quota_allowance(domain::quota& quota, const std::string& key) : quota_(quota), key_(key) {}
        std::error_code take(std::uint64_t bytes) override;
        void give_back(std::uint64_t bytes) override { quota_.give_back(key_, {.bytes = bytes, .files = 0}); }

      private:
        domain::quota& quota_;
        const std::string& key_;
    };

    class receiving final : public common::transfer::receiver_events {
      public:
        explicit receiving(upload_session& session) : session_(session) {}
        void on_offer(protocol::upload::entry_kind, std::uint64_t) override {}
        void on_outcome(const common::transfer::receiver_outcome& what) override;
        void on_counts(const common::transfer::receiver_counts& now) override;
        void on_done(const protocol::upload::done&) override { session_.transfer_over(); }

      private:
        upload_session& session_;
    };

    class sending final : public common::transfer::sender_events {
      public:
        explicit sending(upload_session& session) : session_(session) {}
        void on_outcome(const common::transfer::sender_outcome&) override {}
        void on_counts(const common::transfer::sender_counts& now) override;
        void on_source_error(std::error_code) override {}
        void on_done(const protocol::upload::done&) override { session_.transfer_over(); }

      private:
        upload_session& session_;
    };

    upload_session(const surroundings& around, peer client);

    void on_frame(const incoming_frame& frame) override;
    bool fill(common::transport::outbox& to) override;
    void on_closed(common::transport::close_reason reason, std::error_code error) override;

    void on_open(const incoming_frame& frame);
    void open_put(const protocol::upload::open& asked, std::uint32_t request);
    void open_get(const protocol::upload::open& asked, std::uint32_t request);
    void on_transfer_frame(const incoming_frame& frame);
    void give_receipt(const common::transfer::receiver_outcome& what, std::string_view name);
    void transfer_over();
    void end_transfer();

    void fail(std::uint32_t request, protocol::error_code code, std::string_view reason) override;
    void refuse(protocol::error_code code) override;
    bool resolve(std::string_view asked, std::uint32_t request, std::string& path) override;
    void run(common::seam::handler work, common::seam::handler done) override;
    void reply(common::stream::slice frame) override;

    surroundings around_;
    peer client_;
    common::transfer::link_channel channel_;
    quota_allowance allowance_;
    accounting_disk storing_;  // what comes under a final name is counted
    receiving receiving_;
    sending sending_;
    std::shared_ptr<common::transfer::receiver> receiver_;
    std::optional<transfer_meter> meter_;
    std::shared_ptr<common::transfer::sender> sender_;
    file_requests requests_;
    examinations examinations_;
    receipts receipts_;
    std::deque<common::stream::slice> replies_;
    std::string put_folder_;  // of the put under way
    bool opening_ = false;    // a question about the disk is under way
    bool closed_ = false;
    std::shared_ptr<upload_session> alive_;  // while the link may call
};

}  // namespace uploader_server::session
