// A transfer as the server has it: one half, the connections that carry it, and what the operator sees of it.
//
//   auto transfer = hosted_transfer::receive(around, {…}, channel, settings);       or send(…)
//   transfer->on_frame(0, frame);  transfer->on_room(0);    the connection that opened it is lane 0
//   transfer->join(1, relay);                                further ones come over relays
//   transfer->leave(0);                                      a connection is gone; with the last one it ends
//   transfer->end();                                         fenced, or the server closes
//
// Keeps itself alive until it is over and what was written is durable. Everything on the loop that it was
// made on; find it from another one through the registry.
#pragma once

#include "common/transfer/lane_relay.hpp"
#include "common/transfer/receiver.hpp"
#include "common/transfer/sender.hpp"
#include "uploader-server/session/accounting_disk.hpp"
#include "uploader-server/session/settings.hpp"
#include "uploader-server/session/transfer_meter.hpp"
#include "uploader-server/session/transfer_registry.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace uploader_server::session {

class hosted_transfer final : private common::transfer::receiver_events,
                              private common::transfer::sender_events,
                              public std::enable_shared_from_this<hosted_transfer> {
  public:
    struct identity {
        std::string key_id{};
        protocol::upload::transfer_id id{};
        std::shared_ptr<const void> place{};  // in the server, until everything is at rest
        // Of a put: what became of a file, and its name below the folder.
        std::function<void(const common::transfer::receiver_outcome&, std::string_view)> on_outcome{};
        std::function<void()> on_over{};  // once, not from inside a call
    };
    static std::shared_ptr<hosted_transfer> receive(const surroundings& around,
                                                    common::seam::event_loop& home, identity who,
                                                    common::transfer::channel& first,
                                                    common::transfer::receiver_settings settings);
    // attach() follows when Opened is sent.
    static std::shared_ptr<hosted_transfer> send(const surroundings& around, common::seam::event_loop& home,
                                                 identity who,
                                                 std::shared_ptr<common::transfer::outgoing_source> source,
                                                 common::transfer::sender_settings settings);
    void attach(common::transfer::channel& first, const protocol::upload::opened& answer);
    ~hosted_transfer() override;

    [[nodiscard]] protocol::error_code on_frame(std::uint16_t lane,
                                                const common::transport::incoming_frame& frame);
    bool on_room(std::uint16_t lane);
    // False: not now, or not that number.
    bool join(std::uint16_t lane, const std::shared_ptr<common::transfer::lane_relay>& relay);
    void leave(std::uint16_t lane);
    void end();

    common::seam::event_loop& home() { return home_; }

  private:
    class quota_allowance final : public common::transfer::allowance {
      public:
        quota_allowance(domain::quota& quota, const std::string& key) : quota_(quota), key_(key) {}
        std::error_code take(std::uint64_t bytes) override;
        void give_back(std::uint64_t bytes) override { quota_.give_back(key_, {.bytes = bytes, .files = 0}); }

      private:
        domain::quota& quota_;
        const std::string& key_;
    };

    hosted_transfer(const surroundings& around, common::seam::event_loop& home, identity who);
    void enlist();
    void over_soon();

    void on_offer(protocol::upload::entry_kind, std::uint64_t) override {}
    void on_outcome(const common::transfer::receiver_outcome& what) override;
    void on_counts(const common::transfer::receiver_counts& now) override;
    void on_outcome(const common::transfer::sender_outcome&) override {}
    void on_counts(const common::transfer::sender_counts& now) override;
    void on_source_error(std::error_code) override {}
    void on_done(const protocol::upload::done&) override { over_soon(); }

    surroundings around_;
    common::seam::event_loop& home_;
    identity who_;
    quota_allowance allowance_;
    accounting_disk storing_;  // what comes under a final name is counted
    std::string put_folder_;
    std::optional<transfer_meter> meter_;
    std::shared_ptr<common::transfer::receiver> receiver_;
    std::shared_ptr<common::transfer::sender> sender_;
    std::map<std::uint16_t, std::shared_ptr<common::transfer::lane_relay>> relays_;
    std::shared_ptr<hosted_transfer> alive_;  // until it is over
};

}  // namespace uploader_server::session
