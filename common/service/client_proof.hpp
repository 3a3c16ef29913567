// What a client says in Hello about itself, and what it wants to see proved in Welcome; for one connection.
//
//   client_proof proof(identity, application::chat, token, "chat-client 0.1.0");
//   TLS:        proof.bind(channel, server_fingerprint);
//   plaintext:  the greeting brings the server's key, and Welcome its signature
//   both:       proof.expect(pin), when there is one
//   client_handshake handshake(security, proof.hello_maker(), proof.welcome_checker());
//
// A server that nobody vouched for must prove that it knows the token: without that its key must not be
// stored. One whose key was pinned before may let an enrolled client in without, because the token has
// expired meanwhile.
#pragma once

#include "common/trust/handshake_crypto.hpp"
#include "common/trust/identity.hpp"
#include "common/trust/join_link.hpp"
#include "protocol/session/handshake.hpp"

#include <optional>
#include <string>

namespace common::service {

class client_proof {
  public:
    client_proof(const trust::identity& identity, trust::application app, std::optional<trust::token> token,
                 std::string agent, std::string name);

    void bind(const trust::channel& on, const trust::fingerprint& server);
    // The only server key that will do; nothing: any, and server() tells which it was. TLS has checked it
    // already.
    void expect(std::optional<trust::fingerprint> pin) { expected_ = pin; }

    protocol::session::client_handshake::hello_maker hello_maker();
    protocol::session::client_handshake::welcome_checker welcome_checker();

    // The server's key on this connection, as far as it is known.
    const std::optional<trust::fingerprint>& server() const { return server_; }
    // It was not the expected one, and nothing was sent; only in plaintext mode: TLS finds out before.
    bool wrong_key() const { return wrong_key_; }

  private:
    std::optional<protocol::session::hello> make_hello(const protocol::session::greeting* greeting);
    protocol::error_code check_welcome(const protocol::session::welcome& welcome) const;

    const trust::identity& identity_;
    std::string alpn_;
    std::optional<trust::token> token_;
    std::string agent_;
    std::string name_;
    trust::channel channel_;
    std::optional<trust::fingerprint> server_;
    std::optional<trust::fingerprint> expected_;
    std::optional<trust::public_key> greeted_by_;  // plaintext mode: must sign
    bool wrong_key_ = false;
};

}  // namespace common::service
