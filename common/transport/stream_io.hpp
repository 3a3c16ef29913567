// A non-blocking socket as a stream of plaintext bytes: as it is, or through TLS. Never waits, has no
// events; the waiting is socket_transport's.
#pragma once

#include "common/transport/tls_engine.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <system_error>

namespace common::transport {

class stream_io {
  public:
    virtual ~stream_io() = default;

    struct received {
        std::size_t bytes = 0;  // put into `out`; what follows holds after them
        bool drained = false;   // wait until the socket is readable before asking again
        bool ended = false;     // the orderly end of the stream
        std::error_code error;
    };
    virtual received receive(seam::mutable_bytes out) = 0;

    struct sent {
        std::size_t bytes = 0;  // less than offered without an error: wait until the socket is writable
        std::error_code error;
    };
    virtual sent send(std::span<const seam::const_bytes> pieces) = 0;
    // Sends what is held back inside; `bytes` is what still is.
    virtual sent flush() = 0;
    // Puts the orderly end behind everything sent so far; flush() carries it out.
    virtual void end() = 0;
    // The most that can have left the socket and not come out of receive() yet.
    virtual std::size_t held_back_bytes_max() const = 0;
};

class plain_io final : public stream_io {
  public:
    explicit plain_io(int socket) : socket_(socket) {}

    received receive(seam::mutable_bytes out) override;
    sent send(std::span<const seam::const_bytes> pieces) override;
    sent flush() override { return {}; }
    void end() override {}
    std::size_t held_back_bytes_max() const override { return 0; }

  private:
    const int socket_;
};

class tls_io final : public stream_io {
  public:
    // `batch_bytes`: how much is encrypted ahead of what the socket takes.
    tls_io(int socket, trust::openssl_handle<SSL> ssl, std::size_t batch_bytes);

    enum class progress { done, wants_read, wants_write, failed };
    progress handshake();
    std::error_code error() const { return error_; }
    const std::string& error_text() const { return engine_.error_text(); }
    SSL* native() const { return engine_.native(); }

    received receive(seam::mutable_bytes out) override;
    sent send(std::span<const seam::const_bytes> pieces) override;
    sent flush() override;
    void end() override { engine_.end(); }
    std::size_t held_back_bytes_max() const override { return limits::tls_held_back_bytes_max; }

  private:
    plain_io socket_;
    tls_buffers& buffers_;
    tls_engine engine_;
    const std::size_t batch_bytes_;
    std::error_code error_;
};

}  // namespace common::transport
