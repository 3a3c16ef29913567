// The sending end on a simulated machine: the real sender over everything on its own disk, connecting again
// until the receiver says Done.
//
//   machine.on_boot([&](process& own) { return std::make_shared<guest>(own, net, "client-1", truth); });
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/transfer/link_channel.hpp"
#include "common/transfer/sender.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/node.hpp"
#include "tests/simulation/upload/oracle.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tests::simulation::upload {

class guest final : private common::transport::connection_events, private common::transfer::sender_events {
  public:
    // `bytes_per_second`: what --limit-rate asks for; 0: no limit.
    guest(process& own, network& net, std::string name, oracle& truth, std::uint64_t bytes_per_second);

    // Done came, and every file was stored.
    bool finished() const { return done_ && failed_ == 0; }
    const common::transfer::sender_counts& counts() const { return half_->counts(); }

  private:
    void begin();
    void connect_later(duration delay);
    void connect();

    void on_frame(const common::transport::incoming_frame& frame) override;
    bool fill(common::transport::outbox&) override { return half_->on_room(); }
    void on_closed(common::transport::close_reason reason, std::error_code error) override;

    void on_outcome(const common::transfer::sender_outcome& what) override;
    void on_counts(const common::transfer::sender_counts&) override {}
    void on_source_error(std::error_code) override { ++failed_; }
    void on_done(const protocol::upload::done& totals) override;

    process& own_;
    network& net_;
    std::string name_;
    oracle& truth_;
    std::uint64_t bytes_per_second_;
    common::stream::buffer_pool pool_;
    std::shared_ptr<common::transfer::sender> half_;
    std::shared_ptr<common::transport::framed_connection> link_;
    std::optional<common::transfer::link_channel> channel_;
    common::seam::timer again_;
    std::size_t failed_ = 0;
    bool done_ = false;
};

}  // namespace tests::simulation::upload
