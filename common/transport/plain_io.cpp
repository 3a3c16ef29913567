#include "common/transport/stream_io.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

namespace common::transport {

namespace {

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

std::error_code last_error() {
    return {errno, std::generic_category()};
}

// Most writes are one piece, for which the kernel has a shorter way.
ssize_t put_all(int socket, std::span<const seam::const_bytes> pieces) {
    constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    if (pieces.size() == 1) return ::send(socket, pieces[0].data(), pieces[0].size(), flags);
    std::array<iovec, limits::gather_pieces_max> vectors;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        vectors[i] = {const_cast<std::byte*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = pieces.size();
    return ::sendmsg(socket, &message, flags);
}

}  // namespace

stream_io::received plain_io::receive(seam::mutable_bytes out) {
    received result;
    ssize_t got = 0;
    do {
        got = ::recv(socket_, out.data(), out.size(), MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        result.bytes = static_cast<std::size_t>(got);
        // A short read emptied the socket; if more has come since, the wait returns at once.
        result.drained = result.bytes < out.size();
    } else if (got == 0) {
        result.ended = true;
    } else if (would_block()) {
        result.drained = true;
    } else {
        result.error = last_error();
    }
    return result;
}

stream_io::sent plain_io::send(std::span<const seam::const_bytes> pieces) {
    sent result;
    while (!pieces.empty()) {
        const auto batch = pieces.first(std::min(pieces.size(), limits::gather_pieces_max));
        std::size_t offered = 0;
        for (const auto& piece : batch) offered += piece.size();
        const ssize_t put = put_all(socket_, batch);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            if (!would_block()) result.error = last_error();
            return result;
        }
        result.bytes += static_cast<std::size_t>(put);
        if (static_cast<std::size_t>(put) < offered) return result;
        pieces = pieces.subspan(batch.size());
    }
    return result;
}

}  // namespace common::transport
