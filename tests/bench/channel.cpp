#include "tests/bench/channel.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace bench {

void die(const char* what) {
    std::fprintf(stderr, "limit: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

void tune(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // A pacing algorithm as default costs a fifth on loopback. Not every kernel has cubic: a wish.
    setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
}

int batch_write(channel& link, std::span<const std::byte> data) {
    if (link.batch_.size() + data.size() > buffer_bytes) link.flush();
    link.batch_.insert(link.batch_.end(), data.begin(), data.end());
    return static_cast<int>(data.size());
}

namespace {

int bio_write(BIO* bio, const char* data, int count) {
    auto& link = *static_cast<channel*>(BIO_get_data(bio));
    return batch_write(link, std::as_bytes(std::span{data, static_cast<std::size_t>(count)}));
}

long bio_control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// A sink that collects records: without it OpenSSL makes a system call for every 16 KiB.
BIO* make_batching_bio(channel& link) {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "batch");
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_ctrl(made, bio_control);
        return made;
    }();
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, &link);
    BIO_set_init(bio, 1);
    return bio;
}

void use_new_certificate(SSL_CTX* context) {
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    X509* certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, nullptr);
    if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1) {
        die("certificate");
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
}

SSL_CTX* make_context(channel::role side) {
    const bool server = side == channel::role::server;
    SSL_CTX* context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, buffer_bytes);
    if (server) use_new_certificate(context);
    return context;
}

}  // namespace

channel::channel(int socket, role side, bool tls) : socket_(socket) {
    if (!tls) return;
    SSL_CTX* context = make_context(side);
    ssl_ = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(ssl_, socket_);
    if ((side == role::server ? SSL_accept(ssl_) : SSL_connect(ssl_)) != 1) die("handshake");
    batch_.reserve(buffer_bytes + 32 * 1024);
    SSL_set0_wbio(ssl_, make_batching_bio(*this));
}

channel::~channel() {
    SSL_free(ssl_);
}

void channel::send_raw(std::span<const std::byte> data) {
    while (!data.empty()) {
        const ssize_t sent = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) die("send");
        data = data.subspan(static_cast<std::size_t>(sent));
    }
}

void channel::send_all(std::span<const std::byte> data) {
    if (!encrypted()) return send_raw(data);
    std::size_t written = 0;
    if (!data.empty() && SSL_write_ex(ssl_, data.data(), data.size(), &written) != 1) die("SSL_write");
}

void channel::flush() {
    send_raw(batch_);
    batch_.clear();
}

std::size_t channel::receive_some(std::span<std::byte> out) {
    if (!encrypted()) {
        const ssize_t got = ::recv(socket_, out.data(), out.size(), 0);
        if (got <= 0) die("recv");
        return static_cast<std::size_t>(got);
    }
    std::size_t filled = 0;
    do {
        std::size_t got = 0;
        if (SSL_read_ex(ssl_, out.data() + filled, out.size() - filled, &got) != 1) die("SSL_read");
        filled += got;
    } while (filled < out.size() && SSL_has_pending(ssl_) != 0);
    return filled;
}

void channel::receive_all(std::span<std::byte> out) {
    while (!out.empty()) {
        // Bytes beyond `out` stay where they are: both kinds of read take only what they are asked for.
        const std::size_t got = receive_some(out);
        out = out.subspan(got);
    }
}

}  // namespace bench
