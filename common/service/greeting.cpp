#include "common/service/greeting.hpp"

#include "common/service/limits.hpp"

#include <utility>

namespace common::service {

using protocol::error_code;
using protocol::session::client_phase;

void greeting::begin(seam::event_loop& loop, std::shared_ptr<transport::framed_connection> link,
                     std::shared_ptr<client_proof> proof, protocol::session::link_security security,
                     std::size_t payload_bytes_max, done_handler done) {
    std::shared_ptr<greeting> begun{
        new greeting(loop, std::move(link), std::move(proof), security, payload_bytes_max, std::move(done))};
    begun->self_ = begun;
    begun->start();
}

greeting::greeting(seam::event_loop& loop, std::shared_ptr<transport::framed_connection> link,
                   std::shared_ptr<client_proof> proof, protocol::session::link_security security,
                   std::size_t payload_bytes_max, done_handler done)
    : link_(std::move(link)),
      proof_(std::move(proof)),
      handshake_(security, proof_->hello_maker(), proof_->welcome_checker()),
      payload_bytes_max_(payload_bytes_max),
      done_(std::move(done)),
      deadline_(loop) {}

void greeting::start() {
    deadline_.start(limits::welcome_time_max, [this] {
        link_->detach();
        finish({.refused = {.code = error_code::timed_out}});
    });
    link_->start(*this);
    const std::vector<std::byte> hello = handshake_.start();
    if (!hello.empty()) link_->send_encoded(hello);
}

void greeting::on_frame(const transport::incoming_frame& frame) {
    const std::vector<std::byte> answer = handshake_.on_frame({frame.header, frame.payload});
    if (!answer.empty()) link_->send_encoded(answer);
    if (handshake_.phase() == client_phase::up) {
        link_->set_established(payload_bytes_max_);
        link_->pause_reading();
        link_->leave();
        finish({.up = true,
                .welcome = {.server_name = handshake_.server_name(),
                            .rights = handshake_.rights(),
                            .session_epoch = handshake_.accepted().session_epoch,
                            .server_time_ms = handshake_.accepted().server_time_ms}});
    } else if (handshake_.phase() == client_phase::failed) {
        link_->detach();
        finish({.refused = handshake_.error()});
    }
}

void greeting::on_closed(transport::close_reason reason, std::error_code error) {
    finish({.reason = reason, .error = error});
}

void greeting::finish(outcome found) {
    const auto keep = std::exchange(self_, nullptr);
    if (!keep) return;
    deadline_.stop();
    done_(std::move(found));
}

}  // namespace common::service
