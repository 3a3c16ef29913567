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
    std::array<iovec, limits::gather_pieces_max> vectors;
    while (!pieces.empty()) {
        const auto batch = pieces.first(std::min(pieces.size(), vectors.size()));
        std::size_t offered = 0;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            vectors[i] = {const_cast<std::byte*>(batch[i].data()), batch[i].size()};
            offered += batch[i].size();
        }
        msghdr message{};
        message.msg_iov = vectors.data();
        message.msg_iovlen = batch.size();
        const ssize_t put = ::sendmsg(socket_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
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
