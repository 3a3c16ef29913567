#include "common/transport/tls_engine.hpp"

#include "common/transport/error.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace common::transport {

// The two functions OpenSSL calls for bytes, straight into the engine's buffers.
struct tls_engine_bio {
    static int read(BIO* bio, char* to, std::size_t size, std::size_t* got) {
        auto& engine = *static_cast<tls_engine*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        *got = std::min(size, engine.input_.size());
        if (*got == 0) {
            BIO_set_retry_read(bio);
            return 0;
        }
        std::memcpy(to, engine.input_.data(), *got);
        engine.input_ = engine.input_.subspan(*got);
        return 1;
    }

    static int write(BIO* bio, const char* from, std::size_t size, std::size_t* put) {
        auto& engine = *static_cast<tls_engine*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        if (engine.output_.capacity() == 0) engine.output_.swap(engine.buffers_.spare_output);
        const auto* bytes = reinterpret_cast<const std::byte*>(from);
        engine.output_.insert(engine.output_.end(), bytes, bytes + size);
        *put = size;
        return 1;
    }

    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static BIO_METHOD* method() {
        static BIO_METHOD* const made = [] {
            BIO_METHOD* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sluice engine");
            if (fresh == nullptr) throw std::runtime_error("BIO_meth_new failed");
            BIO_meth_set_read_ex(fresh, read);
            BIO_meth_set_write_ex(fresh, write);
            BIO_meth_set_ctrl(fresh, control);
            return fresh;
        }();
        return made;
    }
};

namespace {

std::error_code meaning_of(unsigned long queued) {
    if (ERR_GET_LIB(queued) != ERR_LIB_SSL) return transport_error::tls_failed;
    switch (ERR_GET_REASON(queued)) {
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
        case SSL_R_HTTPS_PROXY_REQUEST:
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_RECORD_LENGTH_MISMATCH:
        case SSL_R_BAD_RECORD_TYPE:
            return transport_error::not_tls;
        case SSL_R_NO_APPLICATION_PROTOCOL:
        case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
            return transport_error::wrong_application;
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return transport_error::wrong_key;
        default:
            return transport_error::tls_failed;
    }
}

}  // namespace

tls_buffers& tls_buffers::of_this_thread() {
    static thread_local tls_buffers buffers;
    return buffers;
}

tls_engine::tls_engine(trust::openssl_handle<SSL> ssl, tls_buffers& buffers)
    : ssl_(std::move(ssl)), buffers_(buffers) {
    BIO* bio = BIO_new(tls_engine_bio::method());
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
}

void tls_engine::feed(seam::const_bytes ciphertext) {
    if (input_.empty()) {
        kept_.clear();
        input_ = ciphertext;
        return;
    }
    keep_unread();
    kept_.insert(kept_.end(), ciphertext.begin(), ciphertext.end());
    input_ = kept_;
}

void tls_engine::keep_unread() {
    if (input_.empty()) {
        kept_ = {};
        return;
    }
    if (input_.data() == kept_.data()) return;
    std::vector<std::byte> unread(input_.begin(), input_.end());
    kept_ = std::move(unread);
    input_ = kept_;
}

tls_engine::status tls_engine::handshake() {
    if (error_) return status::failed;
    ERR_clear_error();
    const int returned = SSL_do_handshake(ssl_.get());
    return returned == 1 ? status::ok : fail(returned);
}

tls_engine::read_result tls_engine::read(seam::mutable_bytes out) {
    read_result result;
    if (error_) return result;
    while (result.bytes < out.size()) {
        const auto room = out.subspan(result.bytes);
        std::size_t got = 0;
        ERR_clear_error();
        const int returned = SSL_read_ex(ssl_.get(), room.data(), room.size(), &got);
        if (returned != 1) {
            result.state = fail(returned);
            return result;
        }
        result.bytes += got;
    }
    result.state = status::ok;
    return result;
}

std::size_t tls_engine::write(std::span<const seam::const_bytes> pieces, std::size_t bytes_max) {
    std::size_t taken = 0;
    std::size_t staged = 0;
    for (seam::const_bytes piece : pieces) {
        piece = piece.first(std::min(piece.size(), bytes_max - taken - staged));
        while (!piece.empty()) {
            if (staged == 0 && piece.size() >= limits::tls_record_bytes) {
                const auto whole_records =
                    piece.first(piece.size() - piece.size() % limits::tls_record_bytes);
                if (!encrypt(whole_records)) return taken;
                taken += whole_records.size();
                piece = piece.subspan(whole_records.size());
                continue;
            }
            const auto part = piece.first(std::min(piece.size(), limits::tls_record_bytes - staged));
            std::memcpy(buffers_.record.data() + staged, part.data(), part.size());
            staged += part.size();
            piece = piece.subspan(part.size());
            if (staged < limits::tls_record_bytes) continue;
            if (!encrypt(buffers_.record)) return taken;
            taken += std::exchange(staged, 0);
        }
    }
    if (staged > 0 && encrypt(std::span(buffers_.record).first(staged))) taken += staged;
    return taken;
}

bool tls_engine::encrypt(seam::const_bytes plain) {
    while (!plain.empty() && !error_) {
        std::size_t put = 0;
        ERR_clear_error();
        const int returned = SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &put);
        // The BIO takes everything, so that a write never has to wait: all else is a failure.
        if (returned != 1 && fail(returned) != status::failed) error_ = transport_error::tls_failed;
        plain = plain.subspan(put);
    }
    return !error_;
}

void tls_engine::end() {
    if (error_ || SSL_is_init_finished(ssl_.get()) == 0) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

void tls_engine::drop_output(std::size_t count) {
    output_begin_ += count;
    assert(output_begin_ <= output_.size());
    if (output_begin_ < output_.size()) return;
    output_.clear();
    output_begin_ = 0;
    if (output_.capacity() > buffers_.spare_output.capacity()) output_.swap(buffers_.spare_output);
    output_ = {};
}

void tls_engine::settle_output() {
    const auto unsent = output();
    if (unsent.empty() || 2 * unsent.size() > output_.capacity()) return;
    std::vector<std::byte> exact(unsent.begin(), unsent.end());
    drop_output(unsent.size());
    output_ = std::move(exact);
}

tls_engine::status tls_engine::fail(int returned) {
    switch (SSL_get_error(ssl_.get(), returned)) {
        case SSL_ERROR_WANT_READ:
            return status::wants_input;
        case SSL_ERROR_ZERO_RETURN:
            return status::ended;
        default:
            break;
    }
    const unsigned long first = ERR_peek_error();
    error_ = meaning_of(first);
    char text[256];
    ERR_error_string_n(first, text, sizeof text);
    error_text_ = text;
    ERR_clear_error();
    return status::failed;
}

}  // namespace common::transport
