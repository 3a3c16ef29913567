#include "common/transfer/lane_relay.hpp"

#include "common/transfer/limits.hpp"

#include <utility>

namespace common::transfer {

std::shared_ptr<lane_relay> lane_relay::create(seam::event_loop& link_loop,
                                               std::shared_ptr<transport::framed_connection> link,
                                               seam::event_loop& home) {
    return std::shared_ptr<lane_relay>(new lane_relay(link_loop, std::move(link), home));
}

lane_relay::lane_relay(seam::event_loop& link_loop, std::shared_ptr<transport::framed_connection> link,
                       seam::event_loop& home)
    : link_loop_(link_loop), home_(home), link_(std::move(link)) {}

// --- the transfer's side

void lane_relay::begin(relay_owner owner) {
    owner_ = std::move(owner);
}

void lane_relay::end() {
    owner_ = {};
    set_paused(false);
}

void lane_relay::on_link(std::function<void()> what) {
    link_loop_.post([self = shared_from_this(), what = std::move(what)] {
        if (self->link_) what();
    });
}

void lane_relay::home_side::answer(seam::const_bytes frame) {
    relay_.on_link([&relay = relay_, bytes = stream::slice::copy_of(frame)] {
        relay.link_->send_encoded(bytes.bytes());
    });
}

void lane_relay::home_side::want_room() {
    relay_.on_link([&relay = relay_] {
        relay.more_ = true;
        relay.link_->want_fill();
    });
}

void lane_relay::home_side::send_bulk(stream::slice frames) {
    relay_.on_link([&relay = relay_, frames = std::move(frames)] {
        relay.bulk_.push_back(frames);
        relay.link_->want_fill();
    });
}

void lane_relay::home_side::drop() {
    relay_.on_link([&relay = relay_] { relay.link_->close(seam::byte_transport::close_mode::abort); });
}

void lane_relay::set_paused(bool paused) {
    on_link([this, paused] {
        paused_ = paused;
        apply_reading();
    });
}

void lane_relay::deliver(const std::vector<frame>& frames) {
    std::size_t bytes = 0;
    for (const frame& each : frames) {
        bytes += each.payload.size();
        // Whoever takes a frame may end the relay.
        const auto on_frame = owner_.on_frame;
        if (on_frame) on_frame({each.header, each.payload.bytes(), &each.payload});
    }
    on_link([this, bytes] { delivered(bytes); });
}

void lane_relay::give_room() {
    const auto on_room = owner_.on_room;
    const bool more = on_room && on_room();
    on_link([this, more] {
        asked_ = false;
        more_ = more_ || more;
        if (more_) link_->want_fill();
    });
}

// --- the connection's side

void lane_relay::on_frame(const transport::incoming_frame& arrived) {
    if (!link_) return;
    frames_.push_back({arrived.header, arrived.keep(arrived.payload)});
    waiting_bytes_ += arrived.payload.size();
    if (waiting_bytes_ >= limits::relayed_high_bytes && !std::exchange(held_up_, true)) apply_reading();
    // Many small frames come in one turn.
    if (std::exchange(send_scheduled_, true)) return;
    link_loop_.post([self = shared_from_this()] { self->send_over(); });
}

void lane_relay::send_over() {
    send_scheduled_ = false;
    home_.post([self = shared_from_this(), frames = std::exchange(frames_, {})] { self->deliver(frames); });
}

void lane_relay::delivered(std::size_t bytes) {
    waiting_bytes_ -= bytes;
    if (waiting_bytes_ <= limits::relayed_low_bytes && std::exchange(held_up_, false)) apply_reading();
}

void lane_relay::apply_reading() {
    if (paused_ || held_up_) {
        link_->pause_reading();
    } else {
        link_->resume_reading();
    }
}

bool lane_relay::fill() {
    if (!link_) return false;
    if (!bulk_.empty()) {
        link_->send_encoded(std::move(bulk_.front()));
        bulk_.pop_front();
        return true;
    }
    if (more_ && !std::exchange(asked_, true)) {
        more_ = false;
        home_.post([self = shared_from_this()] { self->give_room(); });
    }
    return false;
}

void lane_relay::on_closed() {
    if (!link_) return;
    // What came before the end goes first.
    if (!frames_.empty()) send_over();
    link_ = nullptr;
    bulk_.clear();
    home_.post([self = shared_from_this()] {
        const auto owner = std::exchange(self->owner_, {});
        if (owner.on_closed) owner.on_closed();
    });
}

}  // namespace common::transfer
