#include "uploader-client/session/conversation.hpp"

#include "protocol/session/messages.hpp"
#include "protocol/wire/codec.hpp"

#include <cassert>
#include <utility>

namespace uploader_client::session {

namespace said = protocol::session;
using protocol::error_code;

namespace {

// Another connection may do better: the server is busy or going, not unwilling.
bool is_passing(error_code code) {
    switch (code) {
        case error_code::server_full:
        case error_code::shutting_down:
        case error_code::timed_out:
        case error_code::rate_limited:
            return true;
        default:
            return false;
    }
}

std::string words_for(error_code code, std::string_view reason) {
    return reason.empty() ? make_error_code(code).message() : std::string{reason};
}

std::string words_for(transport::close_reason reason, std::error_code error) {
    if (error) return error.message();
    switch (reason) {
        case transport::close_reason::peer_finished:
            return "the server closed it";
        case transport::close_reason::silent:
            return "the server does not answer any more";
        default:
            return std::string{name_of(reason)};
    }
}

}  // namespace

void conversation::begin(std::shared_ptr<transport::framed_connection> link, ended_handler ended) {
    assert(!link_);
    link_ = std::move(link);
    ended_ = std::move(ended);
    retry_after_ = {};
    lanes_max_ = 1;
    last_lane_ = 0;
    link_->hand_over(*this);
    open();
    link_->resume_reading();
}

void conversation::stop() {
    stopping_ = true;
    if (ended_) end({.how = ending::kind::lost, .reason = "stopped"});
}

void conversation::answer(seam::const_bytes frame) {
    if (link_) link_->send_encoded(frame);
}

void conversation::want_room() {
    if (link_) link_->want_fill();
}

void conversation::send_bulk(stream::slice frames) {
    if (link_) link_->send_encoded(std::move(frames));
}

void conversation::pause_reading() {
    if (link_) link_->pause_reading();
}

void conversation::resume_reading() {
    if (link_) link_->resume_reading();
}

void conversation::drop() {
    if (link_) link_->close(seam::byte_transport::close_mode::abort);
}

transport::link_times conversation::times() const {
    return link_ ? link_->times() : transport::link_times{};
}

bool conversation::fill(transport::outbox&) {
    return on_room();
}

void conversation::on_frame(const transport::incoming_frame& frame) {
    const auto self = shared_from_this();
    const error_code breach = dispatch(frame);
    if (breach == error_code::none || !ended_) return;
    // What an older program does not know it may skip, unless the frame says otherwise.
    if (breach == error_code::unexpected && (frame.header.flags & protocol::frame::flag_critical) == 0)
        return;
    link_->send(
        said::refusal{.code = static_cast<std::uint16_t>(breach), .reason = protocol::name_of(breach)});
    end({.how = ending::kind::refused,
         .code = breach,
         .reason = "the server broke the protocol (" + std::string{protocol::name_of(breach)} + ")"});
}

error_code conversation::dispatch(const transport::incoming_frame& frame) {
    const protocol::wire::bytes_view payload{frame.payload};
    switch (frame.header.type) {
        case said::failure::type: {
            said::failure told;
            if (const auto error = decode(payload, told); error != error_code::none) return error;
            if (frame.header.request != request_number) return error_code::unexpected;
            if (!is_passing(static_cast<error_code>(told.code)) &&
                take_failure(static_cast<error_code>(told.code), told.reason)) {
                return error_code::none;
            }
            on_failure(static_cast<error_code>(told.code), told.reason, told.retry_after_ms);
            return error_code::none;
        }
        case said::refusal::type: {
            said::refusal told;
            if (const auto error = decode(payload, told); error != error_code::none) return error;
            on_failure(static_cast<error_code>(told.code), told.reason, told.retry_after_ms);
            return error_code::none;
        }
        case said::go_away::type: {
            // What is in flight is still finished; the server closes when it has waited long enough.
            said::go_away told;
            if (const auto error = decode(payload, told); error != error_code::none) return error;
            retry_after_ = std::chrono::milliseconds{told.reconnect_after_ms};
            return error_code::none;
        }
        case said::bye::type:
            return error_code::none;
        default:
            return on_message(frame);
    }
}

void conversation::on_failure(error_code code, std::string_view reason, std::uint32_t retry_after_ms) {
    end({.how = is_passing(code) ? ending::kind::lost : ending::kind::refused,
         .code = code,
         .reason = words_for(code, reason),
         .retry_after = std::chrono::milliseconds{retry_after_ms}});
}

void conversation::on_closed(transport::close_reason reason, std::error_code error) {
    const auto self = shared_from_this();
    if (!lanes_.empty() && leave_half(0)) {
        link_ = nullptr;
        return;
    }
    end({.how = ending::kind::lost, .reason = words_for(reason, error), .retry_after = retry_after_});
}

void conversation::end(ending how) {
    if (!ended_) return;
    if (link_) link_->detach();
    for (const auto& [number, lane] : lanes_) lane->end();
    // Later: whoever found the end is still at work. The half speaks to its lanes until it is wound up.
    loop_.post([self = shared_from_this(), how = std::move(how), ended = std::exchange(ended_, nullptr),
                lanes = std::exchange(lanes_, {})] {
        self->wind_up([self, how, ended, lanes] {
            self->link_ = nullptr;
            ended(how);
        });
    });
}

// --- more connections

bool conversation::wants_connection() {
    if (!ended_ || connections() >= lanes_max_) return false;
    auto now = look();
    now.now = loop_.mono_now();
    now.connections = connections();
    return tuner_.look(now);
}

void conversation::join(std::shared_ptr<transport::framed_connection> link) {
    if (!ended_ || connections() >= lanes_max_) return link->close();
    const std::uint16_t number = ++last_lane_;
    const std::weak_ptr<conversation> weak = weak_from_this();
    lane_owner owner{.on_frame =
                         [weak](std::uint16_t lane, const transport::incoming_frame& frame) {
                             const auto self = weak.lock();
                             return self ? self->on_lane_frame(lane, frame) : error_code::unexpected;
                         },
                     .on_room =
                         [weak](std::uint16_t lane) {
                             const auto self = weak.lock();
                             return self && self->on_lane_room(lane);
                         },
                     .on_gone =
                         [weak](std::uint16_t lane) {
                             if (const auto self = weak.lock()) self->on_lane_gone(lane);
                         }};
    const auto lane = std::make_shared<lane_link>(number, std::move(link), std::move(owner));
    lane->begin(transfer());
    if (!join_half(number, *lane)) return lane->end();
    lanes_.emplace(number, lane);
}

void conversation::on_lane_gone(std::uint16_t number) {
    auto gone = lanes_.extract(number);
    connection_failed();
    if (leave_half(number)) return;
    // The half may still speak to it.
    if (gone) lanes_.insert(std::move(gone));
    end({.how = ending::kind::lost, .reason = "its connections are gone"});
}

void conversation::hold_lanes(bool held) {
    for (const auto& [number, lane] : lanes_) lane->hold(held);
}

}  // namespace uploader_client::session
