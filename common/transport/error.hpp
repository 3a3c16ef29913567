// What can go wrong with a byte stream beyond the errors of the operating system.
#pragma once

#include <system_error>

namespace common::transport {

enum class transport_error {
    truncated = 1,      // the stream ended without TLS's orderly end
    tls_failed,         // a broken record, a failed handshake
    not_tls,            // the peer does not speak TLS
    wrong_application,  // the peer speaks another application's protocol (ALPN)
    wrong_key,          // the server's key is not the pinned one
    handshake_timeout,
    connect_timeout,
    no_address,  // the name has no address
    peer_dead,   // the host of the peer does not answer any more
};

const std::error_category& transport_category();

// Asio's category for the system's errors knows no std::errc: the same number in the standard's category
// does.
std::error_code portable(std::error_code error);

inline std::error_code make_error_code(transport_error error) {
    return {static_cast<int>(error), transport_category()};
}

}  // namespace common::transport

template <>
struct std::is_error_code_enum<common::transport::transport_error> : std::true_type {};
