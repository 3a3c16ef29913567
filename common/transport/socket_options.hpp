// The TCP options of every connection of the suite, and what the kernel knows about the peer.
#pragma once

#include "common/seam/clock.hpp"
#include "common/transport/limits.hpp"

#include <cstddef>
#include <system_error>

namespace common::transport {

struct socket_options {
    std::size_t notsent_bytes = limits::notsent_bytes_default;  // TCP_NOTSENT_LOWAT
    seam::duration user_timeout = limits::user_timeout;
    // Encrypted ahead of the socket; smaller for connections that may stall by the thousand.
    std::size_t tls_batch_bytes = limits::tls_batch_bytes_max;
};

// Errors are those of the socket itself; an option that this kernel does not know is left alone.
std::error_code apply(const socket_options& options, int socket);

// SO_RCVLOWAT: the socket becomes readable when so many bytes wait, or at its end.
void set_receive_low_water(int socket, std::size_t bytes);
// TCP_USER_TIMEOUT; zero: the kernel's own patience.
void set_user_timeout(int socket, seam::duration timeout);

// close() will drop what is unsent and reset the connection.
void set_abortive_close(int socket);

// Why a socket that does not take more bytes does not.
enum class stall {
    sending,        // bytes are on their way; the user timeout applies
    window_closed,  // the peer's kernel answers, its program does not read
    peer_dead,      // probes of the closed window are not answered
};
stall look_at_stall(int socket);

}  // namespace common::transport
