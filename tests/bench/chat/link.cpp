#include "tests/bench/chat/link.hpp"

#include "common/trust/pin_policy.hpp"
#include "common/trust/tls_context.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

namespace trust = common::trust;
namespace transport = common::transport;

link::link(std::uint16_t port, security how, std::size_t wanted_number) : number(wanted_number) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(fd_);
        throw std::runtime_error{"cannot connect to port " + std::to_string(port)};
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (how == security::clear) {
        io_ = std::make_unique<transport::plain_io>(fd_);
    } else {
        shake_hands();
    }
}

link::~link() {
    io_.reset();
    ::close(fd_);
}

void link::shake_hands() {
    using progress = transport::tls_io::progress;
    static const auto context = trust::tls_context::client(trust::application::chat, {});
    trust::pin_check any_key;
    auto io = std::make_unique<transport::tls_io>(fd_, context.new_connection(any_key),
                                                  transport::limits::tls_batch_bytes_max);
    for (auto step = io->handshake(); step != progress::done; step = io->handshake()) {
        if (step == progress::failed) throw std::runtime_error{"TLS: " + io->error_text()};
        wait(step == progress::wants_read ? POLLIN : POLLOUT);
    }
    server_ = any_key.seen.value();
    tls_ = io->native();
    io_ = std::move(io);
}

void link::wait(short events) const {
    pollfd one{fd_, events, 0};
    ::poll(&one, 1, 1000);
}

void link::send(std::string_view bytes) {
    auto left = std::as_bytes(std::span{bytes});
    while (!left.empty()) {
        const auto put = io_->send(std::array{left});
        if (put.error) throw std::runtime_error{"sending: " + put.error.message()};
        left = left.subspan(put.bytes);
        if (!left.empty()) wait(POLLOUT);
    }
    while (io_->flush().bytes > 0) wait(POLLOUT);
}

bool link::receive(std::span<char> room) {
    const auto came = io_->receive(std::as_writable_bytes(room));
    if (came.error) throw std::runtime_error{"receiving: " + came.error.message()};
    if (came.ended) throw std::runtime_error{"the server closed a connection"};
    got = came.bytes;
    received_bytes += came.bytes;
    return !came.drained;
}

}  // namespace bench
