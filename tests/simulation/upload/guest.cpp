#include "tests/simulation/upload/guest.hpp"

#include "common/transfer/tree_scan.hpp"
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
      again_(own.loop()) {
    begin();
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
        half_->attach(*channel_, {});
    });
}

void guest::on_frame(const transport::incoming_frame& frame) {
    if (!own_.running()) return;
    const auto error = half_->on_frame(frame);
    if (error == protocol::error_code::none) return;
    own_.machine().sim().fail(name_ +
                              ": the receiver breaks the protocol: " + std::string{protocol::name_of(error)});
}

void guest::on_closed(transport::close_reason, std::error_code) {
    half_->detach();
    channel_.reset();
    link_ = nullptr;
    if (!done_) return connect_later(own_.random().between(10ms, reconnect_delay_max));
    if (failed_ > 0) again_.start(next_run_delay, [this] { begin(); });
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
    link_->close();
}

}  // namespace tests::simulation::upload
