// A server's Ed25519 key and its self-signed certificate, made together at first start.
//
//   const auto server = load_or_create_server_key(folder);   folder = the server's STATE
//   tls_context::server(server, …); server.print() is what clients pin
//
// The certificate is only a container that TLS wants: clients look at nothing but its key.
#pragma once

#include "common/trust/ed25519.hpp"
#include "common/trust/state_folder.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace common::trust {

inline constexpr std::string_view server_key_file_name = "server-key.pem";
inline constexpr std::string_view server_certificate_file_name = "server-cert.pem";

struct server_key {
    ed25519_key key;
    std::shared_ptr<X509> certificate;

    fingerprint print() const { return fingerprint_of(key.public_bytes()); }
};

// Throws state_error when a file is damaged, the two do not belong together, or only one of them exists:
// making a new one silently would break every client's pin.
server_key load_or_create_server_key(const state_folder& folder);

// Only in memory, for tests and in-process servers.
server_key make_server_key(const ed25519_key& key);

}  // namespace common::trust
