// One client's conversation with the uploader-server, after Welcome.
//
//            ┌── List, Remove, … ──▶ Listing…, Removed       at any time: file_requests.hpp
//   idle ────┤
//            ├── Open put ──▶ Opened, receiver ──▶ Done ──▶ idle
//            ├── Open get ──▶ Opened, sender ────▶ Done ──▶ idle
//            └── Attach ────▶ Attached: one more lane of another connection's transfer
//
//   upload_session::begin(around, peer);   keeps itself alive until the link is closed and its disk work over
//
// The transfer does the work (hosted_transfer.hpp); this decides who may ask for what.
#pragma once

#include "common/transfer/link_channel.hpp"
#include "uploader-server/session/examinations.hpp"
#include "uploader-server/session/file_requests.hpp"
#include "uploader-server/session/hosted_transfer.hpp"
#include "uploader-server/session/receipts.hpp"
#include "uploader-server/session/request_host.hpp"
#include "uploader-server/session/settings.hpp"

#include <deque>
#include <memory>
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

    upload_session(const surroundings& around, peer client);

    void on_frame(const incoming_frame& frame) override;
    bool fill(common::transport::outbox& to) override;
    void on_closed(common::transport::close_reason reason, std::error_code error) override;

    void on_open(const incoming_frame& frame);
    void open_put(const protocol::upload::open& asked, std::uint32_t request);
    void open_get(const protocol::upload::open& asked, std::uint32_t request);
    void on_attach(const incoming_frame& frame);
    void on_transfer_frame(const incoming_frame& frame);
    void give_receipt(const common::transfer::receiver_outcome& what, std::string_view name);
    hosted_transfer::identity identity_of(const protocol::upload::open& asked);
    protocol::upload::opened answer_to_open(bool fresh, std::uint64_t file_bytes_max) const;

    void fail(std::uint32_t request, protocol::error_code code, std::string_view reason) override;
    void refuse(protocol::error_code code) override;
    bool resolve(std::string_view asked, std::uint32_t request, std::string& path) override;
    void run(common::seam::handler work, common::seam::handler done) override;
    void reply(common::stream::slice frame) override;

    surroundings around_;
    peer client_;
    common::transfer::link_channel channel_;
    std::shared_ptr<hosted_transfer> transfer_;              // this connection is its lane 0 …
    std::shared_ptr<common::transfer::lane_relay> lane_of_;  // … or another lane of a transfer
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
