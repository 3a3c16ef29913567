#include "uploader-client/session/lane_link.hpp"

#include "protocol/session/messages.hpp"

#include <utility>

namespace uploader_client::session {

namespace said = protocol::session;
namespace seam = common::seam;
namespace transport = common::transport;
namespace upload = protocol::upload;
using protocol::error_code;

lane_link::lane_link(std::uint16_t number, std::shared_ptr<transport::framed_connection> link,
                     lane_owner owner)
    : number_(number), link_(std::move(link)), owner_(std::move(owner)) {}

void lane_link::begin(const upload::transfer_id& id) {
    link_->hand_over(*this);
    link_->send(upload::attach{.id = id, .lane = number_}, 1);
    link_->resume_reading();
}

void lane_link::end() {
    owner_ = {};
    if (const auto link = std::exchange(link_, nullptr)) link->detach();
}

void lane_link::hold(bool held) {
    held_ = held;
    apply_reading();
}

void lane_link::apply_reading() {
    if (!link_) return;
    if (paused_ || held_) {
        link_->pause_reading();
    } else {
        link_->resume_reading();
    }
}

void lane_link::answer(seam::const_bytes frame) {
    if (link_) link_->send_encoded(frame);
}

void lane_link::want_room() {
    if (link_) link_->want_fill();
}

void lane_link::send_bulk(common::stream::slice frames) {
    if (link_) link_->send_encoded(std::move(frames));
}

void lane_link::pause_reading() {
    paused_ = true;
    apply_reading();
}

void lane_link::resume_reading() {
    paused_ = false;
    apply_reading();
}

void lane_link::drop() {
    if (link_) link_->close(seam::byte_transport::close_mode::abort);
}

transport::link_times lane_link::times() const {
    return link_ ? link_->times() : transport::link_times{};
}

void lane_link::on_frame(const transport::incoming_frame& frame) {
    const auto self = shared_from_this();
    switch (frame.header.type) {
        case upload::attached::type:
        case said::go_away::type:
        case said::bye::type:
            return;
        case said::failure::type:
        case said::refusal::type:
            return drop();
        default:
            break;
    }
    if (owner_.on_frame && owner_.on_frame(number_, frame) != error_code::none) drop();
}

bool lane_link::fill(transport::outbox&) {
    const auto self = shared_from_this();
    return owner_.on_room && owner_.on_room(number_);
}

void lane_link::on_closed(transport::close_reason, std::error_code) {
    const auto self = shared_from_this();
    const auto owner = std::exchange(owner_, {});
    if (owner.on_gone) owner.on_gone(number_);
}

}  // namespace uploader_client::session
