#include "common/service/arrival.hpp"

#include "common/service/limits.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace common::service {

using protocol::error_code;
using protocol::session::server_handshake;
using protocol::session::server_phase;

void arrival::begin(arrival_context& context, seam::event_loop& home,
                    std::shared_ptr<transport::framed_connection> link, std::optional<trust::channel> channel,
                    admitted_handler on_admitted, finished_handler on_finished) {
    std::shared_ptr<arrival> begun{new arrival(context, home, std::move(link), std::move(channel),
                                               std::move(on_admitted), std::move(on_finished))};
    begun->self_ = begun;
    begun->start();
}

arrival::arrival(arrival_context& context, seam::event_loop& home,
                 std::shared_ptr<transport::framed_connection> link, std::optional<trust::channel> channel,
                 admitted_handler on_admitted, finished_handler on_finished)
    : context_(context),
      home_(home),
      link_(std::move(link)),
      channel_(std::move(channel)),
      on_admitted_(std::move(on_admitted)),
      on_finished_(std::move(on_finished)),
      plaintext_(!channel_),
      deadline_(home) {}

void arrival::start() {
    link_->start(*this);
    deadline_.start(limits::hello_time_max, [this] {
        handshake_.refuse(error_code::timed_out, 0, "no Hello in time");
        turn_away(handshake_.refusal_bytes());
    });
    if (!plaintext_) return;
    context_.random.fill(greeting_.nonce);
    greeting_.server_key = context_.key.key.public_bytes();
    link_->send(greeting_);
}

void arrival::on_frame(const transport::incoming_frame& frame) {
    handshake_.on_frame({frame.header, frame.payload});
    if (handshake_.phase() == server_phase::deciding) {
        judge();
    } else {
        turn_away(handshake_.refusal_bytes());
    }
}

void arrival::judge() {
    const auto& hello = handshake_.hello();
    if (plaintext_) {
        channel_ = trust::plaintext_channel(trust::alpn_of(context_.app), greeting_.nonce, hello.nonce,
                                            context_.key.key.public_bytes());
    }
    context_.door.judge(home_, hello, *channel_, [self = shared_from_this()](const verdict& found) {
        if (!found.problem.empty()) spdlog::error("access list: {}", found.problem);
        if (self->self_ == nullptr) return;  // the client did not wait
        if (found.client) {
            self->admit(found);
        } else {
            self->turn_away(self->handshake_.refuse(error_code::not_authorised, 0, "not authorised"));
        }
    });
}

void arrival::admit(const verdict& found) {
    if (handshake_.phase() != server_phase::deciding) return;
    const trust::public_key& client_key = handshake_.hello().client_key;
    accepted_client accepted{.link = link_,
                             .home = &home_,
                             .client = *found.client,
                             .session_epoch = context_.epoch.fetch_add(1) + 1,
                             .agent = std::string{handshake_.hello().agent}};
    protocol::session::welcome welcome{
        .session_epoch = accepted.session_epoch,
        .server_time_ms = home_.wall_now().time_since_epoch().count(),
        .server_name = context_.server_name,
        .rights = accepted.client.grant.rights,
        .server_proof = found.server_proof,
    };
    if (plaintext_)
        welcome.server_signature = trust::sign_server_auth(context_.key.key, *channel_, client_key);
    link_->send_encoded(handshake_.admit(welcome));
    link_->set_established(context_.payload_bytes_max);
    spdlog::info("{} in: key {}, {}", link_->peer(), accepted.client.key_id, accepted.agent);
    const auto keep = shared_from_this();
    finish(true);
    on_admitted_(std::move(accepted));
}

void arrival::turn_away(const std::vector<std::byte>& refusal) {
    const auto& why = handshake_.error();
    spdlog::info("{} turned away: {} {}", link_->peer(), protocol::name_of(why.code), why.reason);
    link_->send_encoded(refusal);
    link_->detach();
    finish(false);
}

void arrival::on_closed(transport::close_reason reason, std::error_code error) {
    spdlog::info("{} gone before Welcome: {} {}", link_->peer(), transport::name_of(reason),
                 error ? error.message() : "");
    finish(false);
}

void arrival::finish(bool admitted) {
    const auto keep = std::exchange(self_, nullptr);
    if (!keep) return;
    deadline_.stop();
    on_finished_(admitted);
}

}  // namespace common::service
