#include "common/transport/error.hpp"
#include "common/transport/stream_io.hpp"

#include <algorithm>
#include <utility>

namespace common::transport {

tls_io::tls_io(int socket, trust::openssl_handle<SSL> ssl, std::size_t batch_bytes)
    : socket_(socket),
      buffers_(tls_buffers::of_this_thread()),
      engine_(std::move(ssl), buffers_),
      batch_bytes_(batch_bytes) {}

tls_io::progress tls_io::handshake() {
    for (;;) {
        const auto state = engine_.handshake();
        const auto flushed = flush();
        if (state == tls_engine::status::failed) {
            error_ = engine_.error();
            return progress::failed;
        }
        if (flushed.error) {
            error_ = flushed.error;
            return progress::failed;
        }
        if (flushed.bytes > 0) return progress::wants_write;
        if (state == tls_engine::status::ok) return progress::done;
        const auto got = socket_.receive(std::span(buffers_.received).first(limits::tls_receive_bytes_min));
        if (got.bytes > 0) {
            engine_.feed(std::span(buffers_.received).first(got.bytes));
            engine_.keep_unread();
            continue;
        }
        if (got.drained) return progress::wants_read;
        error_ = got.ended ? make_error_code(transport_error::truncated) : got.error;
        return progress::failed;
    }
}

stream_io::received tls_io::receive(seam::mutable_bytes out) {
    received result;
    bool socket_drained = false;
    for (;;) {
        const auto plain = engine_.read(out.subspan(result.bytes));
        result.bytes += plain.bytes;
        if (plain.state == tls_engine::status::ok) break;
        if (plain.state == tls_engine::status::ended) {
            result.ended = true;
            break;
        }
        if (plain.state == tls_engine::status::failed) {
            result.error = engine_.error();
            break;
        }
        if (socket_drained) {
            result.drained = true;
            break;
        }
        // About as much as fits, so that next to nothing has to be kept for the next turn.
        const std::size_t wanted = std::clamp(out.size() - result.bytes, limits::tls_receive_bytes_min,
                                              limits::tls_receive_bytes_max);
        const auto cipher = socket_.receive(std::span(buffers_.received).first(wanted));
        socket_drained = cipher.drained;
        if (cipher.bytes > 0) engine_.feed(std::span(buffers_.received).first(cipher.bytes));
        if (cipher.ended || cipher.error) {
            result.error = cipher.ended ? make_error_code(transport_error::truncated) : cipher.error;
            break;
        }
    }
    engine_.keep_unread();
    // Reading can make TLS answer by itself (key updates, alerts).
    if (!engine_.output().empty()) {
        flush();
        const bool flooded = engine_.output().size() > batch_bytes_ + limits::tls_own_output_bytes_max;
        if (flooded && !result.error) result.error = transport_error::tls_failed;
    }
    return result;
}

stream_io::sent tls_io::send(std::span<const seam::const_bytes> pieces) {
    sent result;
    const auto held = flush();
    if (held.bytes > 0 || held.error) {
        result.error = held.error;
        return result;
    }
    result.bytes = engine_.write(pieces, batch_bytes_);
    result.error = result.bytes > 0 ? flush().error : engine_.error();
    return result;
}

stream_io::sent tls_io::flush() {
    sent result;
    while (!engine_.output().empty() && !result.error) {
        const seam::const_bytes piece = engine_.output();
        const auto put = socket_.send(std::span(&piece, 1));
        result.error = put.error;
        if (put.bytes == 0) break;
        engine_.drop_output(put.bytes);
    }
    engine_.settle_output();
    result.bytes = engine_.output().size();
    return result;
}

}  // namespace common::transport
