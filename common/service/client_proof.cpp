#include "common/service/client_proof.hpp"

#include "common/trust/access_table.hpp"

#include <openssl/rand.h>

#include <stdexcept>
#include <utility>

namespace common::service {

using protocol::error_code;

client_proof::client_proof(const trust::identity& identity, trust::application app,
                           std::optional<trust::token> token, std::string agent, std::string name)
    : identity_(identity),
      alpn_(trust::alpn_of(app)),
      token_(std::move(token)),
      agent_(std::move(agent)),
      name_(trust::trim_name(name)) {}

void client_proof::bind(const trust::channel& on, const trust::fingerprint& server) {
    channel_ = on;
    server_ = server;
}

protocol::session::client_handshake::hello_maker client_proof::hello_maker() {
    return [this](const protocol::session::greeting* greeting) { return make_hello(greeting); };
}

protocol::session::client_handshake::welcome_checker client_proof::welcome_checker() {
    return [this](const protocol::session::welcome& welcome) { return check_welcome(welcome); };
}

std::optional<protocol::session::hello> client_proof::make_hello(
    const protocol::session::greeting* greeting) {
    protocol::session::hello hello{.client_key = identity_.key.public_bytes(), .agent = agent_};
    if (greeting != nullptr) {
        if (RAND_bytes(reinterpret_cast<unsigned char*>(hello.nonce.data()),
                       static_cast<int>(hello.nonce.size())) != 1) {
            throw std::runtime_error{"no randomness to be had"};
        }
        greeted_by_ = greeting->server_key;
        bind(trust::plaintext_channel(alpn_, greeting->nonce, hello.nonce, greeting->server_key),
             trust::fingerprint_of(greeting->server_key));
        wrong_key_ = expected_ && *expected_ != *server_;
        if (wrong_key_) return std::nullopt;
    }
    hello.signature = trust::sign_client_auth(identity_.key, channel_, *server_);
    if (token_) {
        const trust::token_key key = token_->key();
        hello.enrol = protocol::session::enrolment{
            .token = trust::id_of(key),
            .proof = trust::client_token_proof(key, channel_, identity_.key.public_bytes()),
            .name = name_};
    }
    return hello;
}

error_code client_proof::check_welcome(const protocol::session::welcome& welcome) const {
    const trust::public_key& me = identity_.key.public_bytes();
    if (token_ && !welcome.server_proof && !expected_) return error_code::not_authorised;
    if (token_ && welcome.server_proof) {
        const trust::proof expected = trust::server_token_proof(token_->key(), channel_, me);
        if (!trust::proofs_match(*welcome.server_proof, expected)) return error_code::not_authorised;
    }
    if (greeted_by_) {
        if (!welcome.server_signature) return error_code::not_authorised;
        if (!trust::verify_server_auth(channel_, *greeted_by_, me, *welcome.server_signature)) {
            return error_code::not_authorised;
        }
    }
    return error_code::none;
}

}  // namespace common::service
