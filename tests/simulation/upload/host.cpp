#include "tests/simulation/upload/host.hpp"

#include "common/transfer/staging.hpp"
#include "protocol/upload/messages.hpp"
#include "protocol/wire/codec.hpp"
#include "protocol/wire/limits.hpp"

#include <system_error>
#include <utility>

namespace tests::simulation::upload {

namespace transfer = common::transfer;
namespace transport = common::transport;

// One connection: it opens a transfer and is its lane 0, or attaches to one. Keeps itself alive until its
// connection is over and, if it opened one, its receiver has stopped.
class host::session final : public transport::connection_events,
                            public transfer::receiver_events,
                            public std::enable_shared_from_this<session> {
  public:
    session(host& home, network::stream_ptr stream)
        : home_(home),
          link_(transport::framed_connection::create(home.own_.loop(), std::move(stream), home.pool_, {})),
          channel_(*link_) {}

    void start() {
        alive_ = shared_from_this();
        link_->set_established(protocol::limits::data_payload_bytes_max);
        link_->start(*this);
    }
    void let_go() {
        alive_ = nullptr;
        lane_of_ = nullptr;
    }
    std::size_t waiting_bytes() const { return half_ ? half_->waiting_bytes() : 0; }

    void on_frame(const transport::incoming_frame& frame) override {
        const auto self = shared_from_this();
        if (take(frame) != protocol::error_code::none) {
            link_->close(common::seam::byte_transport::close_mode::flush,
                         transport::close_reason::protocol_error);
        }
    }
    bool fill(transport::outbox&) override {
        session& owner = lane_of_ ? *lane_of_ : *this;
        return owner.half_ && owner.half_->on_room(lane_);
    }
    void on_closed(transport::close_reason, std::error_code) override {
        const auto self = shared_from_this();
        if (const auto owner = std::exchange(lane_of_, nullptr)) {
            alive_ = nullptr;
            return owner->lose(lane_);
        }
        if (!half_) alive_ = nullptr;
        lose(0);
    }

    void on_offer(protocol::upload::entry_kind, std::uint64_t) override {}
    void on_outcome(const transfer::receiver_outcome&) override {}
    void on_counts(const transfer::receiver_counts&) override {}
    void on_done(const protocol::upload::done&) override {}

  private:
    protocol::error_code take(const transport::incoming_frame& frame) {
        switch (frame.header.type) {
            case protocol::upload::open::type:
                return open(frame);
            case protocol::upload::attach::type:
                return attach(frame);
            default:
                break;
        }
        session& owner = lane_of_ ? *lane_of_ : *this;
        return owner.half_ ? owner.half_->on_frame(frame, lane_) : protocol::error_code::unexpected;
    }
    protocol::error_code open(const transport::incoming_frame& frame) {
        protocol::upload::open asked;
        const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, asked);
        if (error != protocol::error_code::none || half_) return protocol::error_code::unexpected;
        transfer::receiver_settings settings;
        settings.owner = "owner";
        half_ = transfer::receiver::create({.loop = home_.own_.loop(),
                                            .pool = home_.own_.pool(),
                                            .disk = home_.own_.disk(),
                                            .random = home_.own_.random(),
                                            .claims = *home_.claims_,
                                            .allowance = home_.space_},
                                           settings, channel_, *this);
        const auto older = std::exchange(home_.transfers_[asked.id], weak_from_this()).lock();
        if (older) older->stop();
        return protocol::error_code::none;
    }
    protocol::error_code attach(const transport::incoming_frame& frame) {
        protocol::upload::attach asked;
        const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, asked);
        if (error != protocol::error_code::none || half_ || lane_of_) return protocol::error_code::unexpected;
        const auto owner = home_.transfers_[asked.id].lock();
        if (!owner || !owner->half_ || !owner->half_->join(asked.lane, channel_)) {
            return protocol::error_code::unexpected;
        }
        lane_of_ = owner;
        lane_ = asked.lane;
        return protocol::error_code::none;
    }
    void lose(std::uint16_t lane) {
        if (half_ && !half_->leave(lane)) stop();
    }
    void stop() {
        if (const auto half = std::exchange(half_, nullptr)) {
            half->stop([half, weak = weak_from_this()] {
                if (const auto self = weak.lock()) self->alive_ = nullptr;
            });
        }
        link_->close();
    }

    host& home_;
    std::shared_ptr<transport::framed_connection> link_;
    transfer::link_channel channel_;
    std::shared_ptr<transfer::receiver> half_;
    std::shared_ptr<session> lane_of_;
    std::uint16_t lane_ = 0;
    std::shared_ptr<session> alive_;
};

host::host(process& own, network& net) : own_(own) {
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
