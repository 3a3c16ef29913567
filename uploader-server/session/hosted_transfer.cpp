#include "uploader-server/session/hosted_transfer.hpp"

#include <utility>

namespace uploader_server::session {

namespace seam = common::seam;
namespace transfer = common::transfer;
namespace upload = protocol::upload;
using protocol::error_code;

std::error_code hosted_transfer::quota_allowance::take(std::uint64_t bytes) {
    const bool taken = quota_.take(key_, {.bytes = bytes, .files = 0});
    return taken ? std::error_code{} : make_error_code(error_code::quota_exceeded);
}

hosted_transfer::hosted_transfer(const surroundings& around, seam::event_loop& home, identity who)
    : around_(around),
      home_(home),
      who_(std::move(who)),
      allowance_(around.quota, who_.key_id),
      storing_(around.disk, around.quota, who_.key_id) {
    meter_.emplace(around_.observers);
}

hosted_transfer::~hosted_transfer() = default;

// Whoever opens a transfer again, because its connections are gone, takes it over at once.
void hosted_transfer::enlist() {
    alive_ = shared_from_this();
    const auto older = around_.transfers.enter(who_.key_id, who_.id, weak_from_this());
    if (older) older->home().post([older] { older->end(); });
}

std::shared_ptr<hosted_transfer> hosted_transfer::receive(const surroundings& around, seam::event_loop& home,
                                                          identity who, transfer::channel& first,
                                                          transfer::receiver_settings settings) {
    const std::shared_ptr<hosted_transfer> made(new hosted_transfer(around, home, std::move(who)));
    made->put_folder_ = settings.folder;
    made->receiver_ = transfer::receiver::create(
        {home, around.pool, made->storing_, around.random, around.claims, made->allowance_, &around.index},
        std::move(settings), first, *made);
    made->enlist();
    return made;
}

std::shared_ptr<hosted_transfer> hosted_transfer::send(const surroundings& around, seam::event_loop& home,
                                                       identity who,
                                                       std::shared_ptr<transfer::outgoing_source> source,
                                                       transfer::sender_settings settings) {
    const std::shared_ptr<hosted_transfer> made(new hosted_transfer(around, home, std::move(who)));
    made->sender_ =
        transfer::sender::create({home, around.pool, around.buffers}, std::move(source), *made, settings);
    made->enlist();
    return made;
}

void hosted_transfer::attach(transfer::channel& first, const upload::opened& answer) {
    sender_->attach(first, answer);
}

error_code hosted_transfer::on_frame(std::uint16_t lane, const common::transport::incoming_frame& frame) {
    const auto self = shared_from_this();
    if (receiver_) return receiver_->on_frame(frame, lane);
    return sender_ ? sender_->on_frame(frame, lane) : error_code::unexpected;
}

bool hosted_transfer::on_room(std::uint16_t lane) {
    const auto self = shared_from_this();
    if (receiver_) return receiver_->on_room(lane);
    return sender_ && sender_->on_room(lane);
}

bool hosted_transfer::join(std::uint16_t lane, const std::shared_ptr<transfer::lane_relay>& relay) {
    if (receiver_ ? !receiver_->join(lane, relay->home())
                  : !(sender_ && sender_->join(lane, relay->home()))) {
        return false;
    }
    relays_.emplace(lane, relay);
    const std::weak_ptr<hosted_transfer> weak = weak_from_this();
    relay->begin({.on_frame =
                      [weak, lane](const common::transport::incoming_frame& frame) {
                          const auto self = weak.lock();
                          if (!self || self->on_frame(lane, frame) == error_code::none) return;
                          if (const auto found = self->relays_.find(lane); found != self->relays_.end()) {
                              found->second->home().drop();
                          }
                      },
                  .on_room =
                      [weak, lane] {
                          const auto self = weak.lock();
                          return self && self->on_room(lane);
                      },
                  .on_closed =
                      [weak, lane] {
                          if (const auto self = weak.lock()) self->leave(lane);
                      }});
    return true;
}

void hosted_transfer::leave(std::uint16_t lane) {
    const auto self = shared_from_this();
    auto relay = relays_.extract(lane);
    if (relay) relay.mapped()->end();
    if (receiver_ ? receiver_->leave(lane) : !sender_ || sender_->leave(lane)) return;
    // The half may still speak to it.
    if (relay) relays_.insert(std::move(relay));
    end();
}

void hosted_transfer::over_soon() {
    home_.post([self = shared_from_this()] { self->end(); });
}

void hosted_transfer::end() {
    const auto self = std::exchange(alive_, nullptr);
    if (!self) return;
    around_.transfers.leave(who_.key_id, who_.id, *this);
    if (receiver_) meter_->look(*receiver_, true);
    if (sender_) meter_->look(*sender_, true);
    meter_.reset();
    const auto relays = std::exchange(relays_, {});
    for (const auto& [lane, relay] : relays) relay->end();
    if (sender_) sender_->detach();
    sender_ = nullptr;
    // It stays, and with it the place in the server, until what was written is durable.
    if (const auto half = std::exchange(receiver_, nullptr)) half->stop([self, half, relays] {});
    if (who_.on_over) home_.post(std::exchange(who_.on_over, nullptr));
}

void hosted_transfer::on_outcome(const transfer::receiver_outcome& what) {
    const std::string_view name = what.outcome.path.empty() ? what.path : what.outcome.path;
    const std::string path = transfer::join_path(put_folder_, name);
    around_.observers.on_stored({.key_id = who_.key_id,
                                 .path = path,
                                 .status = what.outcome.status,
                                 .code = what.outcome.code,
                                 .bytes = what.bytes});
    if (who_.on_outcome) who_.on_outcome(what, name);
}

void hosted_transfer::on_counts(const transfer::receiver_counts&) {
    if (receiver_) meter_->look(*receiver_);
}

void hosted_transfer::on_counts(const transfer::sender_counts&) {
    if (sender_) meter_->look(*sender_);
}

}  // namespace uploader_server::session
