// The one TLS configuration of the suite: 1.3 only, one application per port, pinned keys, nothing resumable.
//
//   const auto context = tls_context::server(key, application::chat, options);    or tls_context::client(…)
//   auto ssl = context.new_connection();                     server
//   auto ssl = context.new_connection(check);                client; `check` outlives the handshake
//   … the transport drives the handshake over its own BIO …
//   const auto on = tls_channel(ssl.get());                  what the first messages are bound to
//
// A context may be shared by threads and may go away before its connections. Set-up failures throw.
#pragma once

#include "common/seam/result.hpp"
#include "common/trust/handshake_crypto.hpp"
#include "common/trust/join_link.hpp"
#include "common/trust/openssl_handle.hpp"
#include "common/trust/pin_policy.hpp"
#include "common/trust/server_key.hpp"

#include <memory>
#include <optional>
#include <string>

namespace common::trust {

struct tls_options {
    // Appends the secrets of every connection to this file (0600) for Wireshark; empty: never.
    std::string keylog_file;
};

class tls_context {
  public:
    static tls_context server(const server_key& key, application app, const tls_options& options);
    static tls_context client(application app, const tls_options& options);

    openssl_handle<SSL> new_connection() const;                  // server side, in accept state
    openssl_handle<SSL> new_connection(pin_check& check) const;  // client side, in connect state

  private:
    tls_context(application app, const tls_options& options);
    openssl_handle<SSL> new_ssl() const;

    openssl_handle<SSL_CTX> native_;
};

// Protocol and binding of a finished handshake. Fails with permission_denied unless it is TLS 1.3, finished,
// and both sides agreed on an application: nothing may be signed over anything less.
seam::result<channel> tls_channel(SSL* ssl);

}  // namespace common::trust
