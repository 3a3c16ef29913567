#include "common/transport/socket_options.hpp"

#include <cerrno>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace common::transport {

namespace {

// Newer than the headers of the oldest supported distribution (linux/tcp.h of 6.15).
constexpr int tcp_rto_max_ms = 44;

bool set(int socket, int level, int option, int value) {
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

template <class Duration>
int count_of(seam::duration value) {
    return static_cast<int>(std::chrono::duration_cast<Duration>(value).count());
}

}  // namespace

std::error_code apply(const socket_options& options, int socket) {
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    const bool ok = set(socket, IPPROTO_TCP, TCP_NODELAY, 1) &&
                    set(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, static_cast<int>(options.notsent_bytes)) &&
                    set(socket, SOL_SOCKET, SO_KEEPALIVE, 1) &&
                    set(socket, IPPROTO_TCP, TCP_KEEPIDLE, count_of<seconds>(limits::keepalive_idle)) &&
                    set(socket, IPPROTO_TCP, TCP_KEEPINTVL, count_of<seconds>(limits::keepalive_interval)) &&
                    set(socket, IPPROTO_TCP, TCP_KEEPCNT, limits::keepalive_probes) &&
                    set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, count_of<milliseconds>(options.user_timeout));
    if (!ok) return {errno, std::generic_category()};
    set(socket, IPPROTO_TCP, tcp_rto_max_ms, count_of<milliseconds>(limits::retransmit_pause_max));
    return {};
}

void set_receive_low_water(int socket, std::size_t bytes) {
    set(socket, SOL_SOCKET, SO_RCVLOWAT, static_cast<int>(bytes));
}

void set_user_timeout(int socket, seam::duration timeout) {
    set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, count_of<std::chrono::milliseconds>(timeout));
}

void set_abortive_close(int socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

stall look_at_stall(int socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return stall::sending;
    if (info.tcpi_unacked > 0) return stall::sending;
    const auto silent_ms = std::chrono::milliseconds(info.tcpi_last_ack_recv);
    const bool dead = info.tcpi_probes >= limits::unanswered_probes_max && silent_ms >= limits::user_timeout;
    return dead ? stall::peer_dead : stall::window_closed;
}

}  // namespace common::transport
