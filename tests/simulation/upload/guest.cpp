#include "tests/simulation/upload/guest.hpp"

#include "common/transfer/tree_scan.hpp"
#include "protocol/upload/messages.hpp"
#include "tests/simulation/upload/host.hpp"

namespace tests::simulation::upload {

using namespace std::chrono_literals;
namespace transfer = common::transfer;
namespace transport = common::transport;

namespace {

constexpr duration reconnect_delay_max = 1s;
// After a run with failures, what failed is put again.
constexpr duration next_run_delay = 2s;

}  // namespace

guest::guest(process& own, network& net, std::string name, oracle& truth, std::uint64_t bytes_per_second)
    : own_(own),
      net_(net),
      name_(std::move(name)),
      truth_(truth),
      bytes_per_second_(bytes_per_second),
      again_(own.loop()),
      one_more_(own.loop()) {
    own_.random().fill(std::as_writable_bytes(std::span{id_}));
    begin();
}

guest::~guest() = default;

// One more connection of the same transfer.
class guest::lane final : public transport::connection_events {
  public:
    lane(guest& owner, std::uint16_t number, std::shared_ptr<transport::framed_connection> link)
        : owner_(owner), number_(number), link_(std::move(link)), channel_(*link_) {}

    bool begin() {
        link_->set_established(protocol::limits::data_payload_bytes_max);
        link_->start(*this);
        link_->send(protocol::upload::attach{.id = owner_.id_, .lane = number_});
        return owner_.half_->join(number_, channel_);
    }
    void close() { link_->close(); }

    void on_frame(const transport::incoming_frame& frame) override { owner_.take(frame, number_); }
    bool fill(transport::outbox&) override { return owner_.half_->on_room(number_); }
    void on_closed(transport::close_reason, std::error_code) override { owner_.on_lane_closed(number_); }

  private:
    guest& owner_;
    std::uint16_t number_;
    std::shared_ptr<transport::framed_connection> link_;
    transfer::link_channel channel_;
};

void guest::add_lane_later() {
    one_more_.start(own_.random().between(10ms, reconnect_delay_max), [this] { add_lane(); });
}

void guest::add_lane() {
    if (!own_.random().one_in(2) || lanes_.size() >= 2) return add_lane_later();
    net_.connect(own_, upload_address, [this](auto outcome) {
        add_lane_later();
        if (!outcome || !channel_ || done_) return;
        transport::connection_limits bounds;
        bounds.backlog_bytes_max = 0;
        const std::uint16_t number = ++newest_lane_;
        const auto made = std::make_shared<lane>(
            *this, number,
            transport::framed_connection::create(own_.loop(), *std::move(outcome), pool_, bounds));
        lanes_.emplace(number, made);
        if (!made->begin()) made->close();
    });
}

void guest::on_lane_closed(std::uint16_t number) {
    const auto gone = lanes_.extract(number);
    lose(number);
}

// With the last one, or one that cannot be replaced, everything begins anew.
void guest::lose(std::uint16_t number) {
    if (!channel_ || half_->leave(number)) return;
    tear_down();
}

void guest::tear_down() {
    half_->detach();
    one_more_.stop();
    for (const auto& [number, open] : lanes_) open->close();
    if (link_) link_->detach();
    link_ = nullptr;
    channel_.reset();
    if (!done_) return connect_later(own_.random().between(10ms, reconnect_delay_max));
    if (failed_ > 0) again_.start(next_run_delay, [this] { begin(); });
}

void guest::begin() {
    failed_ = 0;
    done_ = false;
    // The disk belongs to the process, which outlives the sender.
    const std::shared_ptr<common::seam::disk> disk{std::shared_ptr<void>{}, &own_.disk()};
    half_ = transfer::sender::create({.loop = own_.loop(), .pool = own_.pool(), .buffers = pool_},
                                     std::make_shared<transfer::tree_scan>(disk, "", name_), *this);
    half_->set_limit(bytes_per_second_);
    connect_later(0ms);
}

void guest::connect_later(duration delay) {
    again_.start(delay, [this] { connect(); });
}

void guest::connect() {
    net_.connect(own_, upload_address, [this](auto outcome) {
        if (!outcome) return connect_later(own_.random().between(10ms, reconnect_delay_max));
        transport::connection_limits bounds;
        bounds.backlog_bytes_max = 0;
        link_ = transport::framed_connection::create(own_.loop(), *std::move(outcome), pool_, bounds);
        link_->set_established(protocol::limits::data_payload_bytes_max);
        link_->start(*this);
        channel_.emplace(*link_);
        link_->send(protocol::upload::open{.id = id_});
        half_->attach(*channel_, {});
        add_lane_later();
    });
}

void guest::on_frame(const transport::incoming_frame& frame) {
    take(frame, 0);
}

void guest::take(const transport::incoming_frame& frame, std::uint16_t number) {
    if (!own_.running() || !channel_) return;
    const auto error = half_->on_frame(frame, number);
    if (error == protocol::error_code::none) return;
    own_.machine().sim().fail(name_ +
                              ": the receiver breaks the protocol: " + std::string{protocol::name_of(error)});
}

void guest::on_closed(transport::close_reason, std::error_code) {
    link_ = nullptr;
    lose(0);
}

void guest::on_outcome(const transfer::sender_outcome& what) {
    if (!own_.running()) return;
    auto& sim = own_.machine().sim();
    const bool kept = what.status != protocol::upload::status::failed;
    if (!kept) {
        ++failed_;
        sim.note(name_, "cannot put " + what.item.path + ": " + what.error.message());
    } else if (what.item.kind == protocol::upload::entry_kind::file) {
        truth_.stored(what.item.path);
    }
}

void guest::on_done(const protocol::upload::done&) {
    if (!own_.running()) return;
    own_.machine().sim().note(name_, "is done, " + std::to_string(failed_) + " failed");
    done_ = true;
    // Later: the sender is still at work.
    one_more_.start(0ms, [this] { tear_down(); });
}

}  // namespace tests::simulation::upload
