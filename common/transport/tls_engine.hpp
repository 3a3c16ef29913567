// One TLS connection without I/O: ciphertext in, plaintext out, and the other way round.
//
//            feed(ciphertext) ──▶ ┌────────────┐ ──▶ read(plain)
//                                 │ SSL, own   │
//   output() / drop_output()  ◀── │ BIO        │ ◀── write(pieces)
//                                 └────────────┘
//
// Call order: handshake() until done, feeding what arrives and sending output() each time it is not empty;
// then read() and write(). feed() only lends its bytes: call keep_unread() before they change.
// Between turns the engine holds no buffers of its own except what could not be sent or decrypted yet: the
// big ones are borrowed from `tls_buffers`, one set for all connections of a loop.
#pragma once

#include "common/seam/byte_transport.hpp"
#include "common/transport/limits.hpp"
#include "common/trust/openssl_handle.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace common::transport {

struct tls_buffers {
    std::vector<std::byte> received = std::vector<std::byte>(limits::tls_receive_bytes_max);
    std::vector<std::byte> record = std::vector<std::byte>(limits::tls_record_bytes);
    std::vector<std::byte> spare_output;

    // Those of the calling thread's loop, made at its first TLS connection.
    static tls_buffers& of_this_thread();
};

class tls_engine {
  public:
    // `ssl` is in connect or accept state. `buffers` must outlive the engine.
    tls_engine(trust::openssl_handle<SSL> ssl, tls_buffers& buffers);
    tls_engine(const tls_engine&) = delete;
    tls_engine& operator=(const tls_engine&) = delete;

    enum class status { ok, wants_input, ended, failed };
    struct read_result {
        status state = status::failed;
        std::size_t bytes = 0;
    };

    void feed(seam::const_bytes ciphertext);
    void keep_unread();

    status handshake();
    // Fills `out` as far as input allows: ok: it is full, and more may wait inside; otherwise the reason
    // it is not.
    read_result read(seam::mutable_bytes out);
    // Encrypts at most `bytes_max` bytes of the pieces, small ones together in one record; returns how many.
    std::size_t write(std::span<const seam::const_bytes> pieces, std::size_t bytes_max);
    // The orderly end (close_notify); nothing may be written after it.
    void end();

    seam::const_bytes output() const { return std::span(output_).subspan(output_begin_); }
    void drop_output(std::size_t count);
    // Keeps what could not be sent in memory of its own size, and the big buffer for others.
    void settle_output();

    std::error_code error() const { return error_; }
    // OpenSSL's own words, for the log.
    const std::string& error_text() const { return error_text_; }
    SSL* native() const { return ssl_.get(); }

  private:
    friend struct tls_engine_bio;
    status fail(int returned);
    bool encrypt(seam::const_bytes plain);

    trust::openssl_handle<SSL> ssl_;
    tls_buffers& buffers_;
    seam::const_bytes input_;      // lent by feed(), or all of kept_
    std::vector<std::byte> kept_;  // what was fed and not decrypted by the end of its turn
    std::vector<std::byte> output_;
    std::size_t output_begin_ = 0;
    std::error_code error_;
    std::string error_text_;
};

}  // namespace common::transport
