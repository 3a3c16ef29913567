#include "protocol/session/handshake.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace protocol::session {

client_handshake::client_handshake(link_security security, hello_maker make_hello,
                                   welcome_checker check_welcome)
    : make_hello_(std::move(make_hello)),
      check_welcome_(std::move(check_welcome)),
      phase_(security == link_security::plaintext ? client_phase::waiting_greeting
                                                  : client_phase::waiting_welcome) {}

std::vector<std::byte> client_handshake::start() {
    if (phase_ == client_phase::waiting_greeting) return {};
    return say_hello(nullptr);
}

std::vector<std::byte> client_handshake::say_hello(const greeting* greeting) {
    const std::optional<hello> mine = make_hello_(greeting);
    if (mine) return frame::encode(*mine);
    fail(error_code::not_authorised);
    return {};
}

std::vector<std::byte> client_handshake::on_frame(const frame::view& frame) {
    const std::uint16_t type = frame.header.type;
    if (type == refusal::type) {
        on_refusal(frame);
    } else if (phase_ == client_phase::waiting_greeting && type == greeting::type) {
        greeting from_server;
        if (const error_code error = wire::decode(frame.payload, from_server); error != error_code::none) {
            fail(error);
            return {};
        }
        phase_ = client_phase::waiting_welcome;
        return say_hello(&from_server);
    } else if (phase_ == client_phase::waiting_welcome && type == welcome::type) {
        on_welcome(frame);
    } else {
        fail(error_code::unexpected);
    }
    return {};
}

void client_handshake::on_welcome(const frame::view& frame) {
    welcome received;
    if (const error_code error = wire::decode(frame.payload, received); error != error_code::none)
        return fail(error);
    if (received.version < version_min || received.version > version_max)
        return fail(error_code::version_mismatch);
    if (const error_code error = check_welcome_(received); error != error_code::none) return fail(error);
    server_name_ = received.server_name;
    rights_ = received.rights;
    accepted_ = received;
    accepted_.server_name = server_name_;
    accepted_.rights = rights_;
    phase_ = client_phase::up;
}

void client_handshake::on_refusal(const frame::view& frame) {
    refusal received;
    if (const error_code error = wire::decode(frame.payload, received); error != error_code::none)
        return fail(error);
    fail({.code = static_cast<error_code>(received.code),
          .from_peer = true,
          .retry_after_ms = received.retry_after_ms,
          .reason = std::string{received.reason}});
}

void client_handshake::fail(handshake_error error) {
    phase_ = client_phase::failed;
    error_ = std::move(error);
}

void server_handshake::on_frame(const frame::view& frame) {
    if (phase_ != server_phase::waiting_hello) return fail(error_code::unexpected, "a frame before Welcome");
    if (frame.header.type != hello::type)
        return fail(error_code::unexpected, "the first frame must be Hello");
    hello_payload_.assign(frame.payload.begin(), frame.payload.end());
    if (const error_code error = wire::decode(wire::bytes_view{hello_payload_}, hello_);
        error != error_code::none) {
        return fail(error, "Hello cannot be read");
    }
    if (hello_.version_min > hello_.version_max) return fail(error_code::malformed, "version range is empty");
    if (hello_.version_max < version_min) return fail(error_code::version_mismatch, "upgrade the client");
    if (hello_.version_min > version_max) return fail(error_code::version_mismatch, "upgrade the server");
    phase_ = server_phase::deciding;
}

std::vector<std::byte> server_handshake::admit(welcome welcome) {
    assert(phase_ == server_phase::deciding);
    welcome.version = std::min(hello_.version_max, version_max);
    welcome.capabilities &= hello_.capabilities;
    phase_ = server_phase::up;
    return frame::encode(welcome);
}

std::vector<std::byte> server_handshake::refuse(error_code code, std::uint32_t retry_after_ms,
                                                std::string_view reason) {
    fail(code, reason);
    error_.retry_after_ms = retry_after_ms;
    return refusal_bytes();
}

std::vector<std::byte> server_handshake::refusal_bytes() const {
    return frame::encode(refusal{.code = static_cast<std::uint16_t>(error_.code),
                                 .retry_after_ms = error_.retry_after_ms,
                                 .reason = error_.reason});
}

void server_handshake::fail(error_code code, std::string_view reason) {
    phase_ = server_phase::failed;
    error_ = {.code = code, .from_peer = false, .retry_after_ms = 0, .reason = std::string{reason}};
}

}  // namespace protocol::session
