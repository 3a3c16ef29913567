// Where a client connects to: a join link or a plain address, parsed and written.
//
//   chat://HOST:PORT/ROOM#FINGERPRINT.TOKEN        percent-encoded path; room, port, fragment and token
//   optional upload://HOST:PORT/FOLDER#FINGERPRINT.TOKEN HOST   HOST:PORT   [IPv6]:PORT   HOST/PATH     the
//   path is taken as it stands, '%' and '#' included
//
// Pure: no name is resolved. A link with a token is a secret, and so is everything made from it.
#pragma once

#include "common/trust/ed25519.hpp"
#include "common/trust/token.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace common::trust {

enum class application { chat, upload };

std::string_view scheme_of(application app);  // "chat", "upload"
std::string_view alpn_of(application app);    // "sluice-chat/1", "sluice-upload/1"
std::uint16_t default_port(application app);  // 7400, 7401

struct server_address {
    application app = application::chat;
    std::string host;  // a name, an IPv4 or an IPv6 address (without brackets, with a zone if given)
    std::uint16_t port = 0;
    std::string path;  // room or folder, decoded, without the first '/'; may be empty
    std::optional<fingerprint> pin;
    std::optional<token> enrolment;

    std::string name() const;  // "host:port" or "[ipv6]:port": the key of known_servers
};

// One line for a person; never repeats a secret.
struct address_error {
    std::string message;
};

// `app` is the program that asks: it chooses the default port, and a link of the other application is an
// error.
std::variant<server_address, address_error> parse_address(std::string_view text, application app);

// The whole join link; parse_address() gives back an equal address.
secret_text format_join_link(const server_address& address);

}  // namespace common::trust
