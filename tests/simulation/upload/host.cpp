#include "tests/simulation/upload/host.hpp"

#include "common/transfer/staging.hpp"
#include "protocol/wire/limits.hpp"

#include <system_error>

namespace tests::simulation::upload {

namespace transfer = common::transfer;
namespace transport = common::transport;

// Keeps itself alive until its connection is over and its receiver has stopped.
class host::session final : public transport::connection_events,
                            public transfer::receiver_events,
                            public std::enable_shared_from_this<session> {
  public:
    session(host& home, network::stream_ptr stream)
        : link_(transport::framed_connection::create(home.own_.loop(), std::move(stream), home.pool_, {})),
          channel_(*link_) {
        transfer::receiver_settings settings;
        settings.owner = "owner";
        half_ = transfer::receiver::create({.loop = home.own_.loop(),
                                            .pool = home.own_.pool(),
                                            .disk = home.own_.disk(),
                                            .random = home.own_.random(),
                                            .claims = *home.claims_,
                                            .allowance = home.space_,
                                            .index = home.index_.get()},
                                           settings, channel_, *this);
    }

    void start() {
        alive_ = shared_from_this();
        link_->set_established(protocol::limits::data_payload_bytes_max);
        link_->start(*this);
    }
    void let_go() { alive_ = nullptr; }
    std::size_t waiting_bytes() const { return half_->waiting_bytes(); }

    void on_frame(const transport::incoming_frame& frame) override {
        if (half_->on_frame(frame) != protocol::error_code::none) {
            link_->close(common::seam::byte_transport::close_mode::flush,
                         transport::close_reason::protocol_error);
        }
    }
    bool fill(transport::outbox&) override { return half_->on_room(); }
    void on_closed(transport::close_reason, std::error_code) override {
        half_->stop([weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->alive_ = nullptr;
        });
    }

    void on_offer(protocol::upload::entry_kind, std::uint64_t) override {}
    void on_outcome(const transfer::receiver_outcome&) override {}
    void on_counts(const transfer::receiver_counts&) override {}
    void on_done(const protocol::upload::done&) override {}

  private:
    std::shared_ptr<transport::framed_connection> link_;
    transfer::link_channel channel_;
    std::shared_ptr<transfer::receiver> half_;
    std::shared_ptr<session> alive_;
};

host::host(process& own, network& net)
    : own_(own), index_(common::transfer::content_index::create(own.disk())) {
    if (const auto error = transfer::prepare_staging(own.disk(), transfer::durability::full)) {
        throw std::system_error{error, "the staging folder"};
    }
    net.listen(own, upload_address, [this](auto stream) {
        const auto made = std::make_shared<session>(*this, std::move(stream));
        std::erase_if(sessions_, [](const auto& each) { return each.expired(); });
        sessions_.push_back(made);
        made->start();
    });
}

// What the death of the process left unfinished is never told, so the sessions would wait for ever.
host::~host() {
    for (const auto& each : sessions_) {
        if (const auto open = each.lock()) open->let_go();
    }
}

std::string host::over_budget() const {
    constexpr std::size_t waiting_bytes_max =
        transfer::limits::inbound_high_bytes + protocol::limits::data_payload_bytes_max;
    for (const auto& each : sessions_) {
        const auto open = each.lock();
        if (open && open->waiting_bytes() > waiting_bytes_max) return "too much waits for the disk";
    }
    const auto pooled = pool_.statistics().live_bytes;
    if (pooled > common::stream::limits::pool_live_bytes_max) return "the buffer pool is over its budget";
    return {};
}

}  // namespace tests::simulation::upload
