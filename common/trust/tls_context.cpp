#include "common/trust/tls_context.hpp"

#include "common/trust/limits.hpp"
#include "common/trust/text_codec.hpp"

#include <openssl/err.h>
#include <openssl/tls1.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace common::trust {
namespace {

constexpr const char* cipher_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr std::string_view binding_label = "EXPORTER-Channel-Binding";  // RFC 9266

// What the callbacks need to know; freed with the context, which lives as long as its last connection.
struct context_facts {
    std::string_view alpn;
    descriptor keylog{-1};
};

void free_facts(void*, void* facts, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<context_facts*>(facts);
}

int facts_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_facts);
    return index;
}

int check_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

const context_facts& facts_of(const SSL* ssl) {
    return *static_cast<context_facts*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), facts_index()));
}

std::string_view selected_alpn(const SSL* ssl) {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

// A client that does not say which application it speaks never reaches select_alpn().
int require_alpn(SSL* ssl, int* alert, void*) {
    const unsigned char* data = nullptr;
    std::size_t size = 0;
    constexpr unsigned extension = TLSEXT_TYPE_application_layer_protocol_negotiation;
    if (SSL_client_hello_get0_ext(ssl, extension, &data, &size) == 1) return SSL_CLIENT_HELLO_SUCCESS;
    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

int select_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned in_size, void*) {
    const std::string_view wanted = facts_of(ssl).alpn;
    for (unsigned at = 0; at < in_size;) {
        const unsigned char size = in[at];
        if (size >= in_size - at) break;
        const auto* name = reinterpret_cast<const char*>(in + at + 1);
        if (std::string_view(name, size) == wanted) {
            *out = in + at + 1;
            *out_size = size;
            return SSL_TLSEXT_ERR_OK;
        }
        at += 1U + size;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::optional<fingerprint> fingerprint_in(X509* certificate) {
    EVP_PKEY* key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
    if (key == nullptr || EVP_PKEY_is_a(key, "ED25519") != 1) return std::nullopt;
    public_key bytes{};
    std::size_t size = bytes.size();
    if (EVP_PKEY_get_raw_public_key(key, raw_out(bytes), &size) != 1 || size != bytes.size())
        return std::nullopt;
    return fingerprint_of(bytes);
}

pin_check::verdict judge(const SSL* ssl, const pin_check& check) {
    if (selected_alpn(ssl) != facts_of(ssl).alpn) return pin_check::verdict::wrong_application;
    if (!check.seen) return pin_check::verdict::unusable_certificate;
    if (check.expected && *check.expected != *check.seen) return pin_check::verdict::wrong_key;
    return pin_check::verdict::accepted;
}

// Takes the place of building and verifying a chain. That the server holds the certificate's key is proved by
// its CertificateVerify message, which TLS checks after this.
int check_certificate(X509_STORE_CTX* store, void*) {
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* check = static_cast<pin_check*>(SSL_get_ex_data(ssl, check_index()));
    check->seen = fingerprint_in(X509_STORE_CTX_get0_cert(store));
    check->result = judge(ssl, *check);
    ERR_clear_error();
    const bool accepted = check->result == pin_check::verdict::accepted;
    X509_STORE_CTX_set_error(store, accepted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return accepted ? 1 : 0;
}

void log_secret(const SSL* ssl, const char* line) {
    const std::string whole = std::string(line) + "\n";
    // One write to a file opened for appending: lines of several threads do not mix. A debugging aid that
    // cannot be written must not end a connection.
    [[maybe_unused]] const auto written = ::write(facts_of(ssl).keylog.number(), whole.data(), whole.size());
}

int open_keylog(const std::string& file) {
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    const int number = ::open(file.c_str(), flags, 0600);
    if (number < 0) throw state_error(file + ": cannot open: " + std::generic_category().message(errno));
    return number;
}

}  // namespace

tls_context::tls_context(application app, const tls_options& options) : native_(SSL_CTX_new(TLS_method())) {
    SSL_CTX* context = native_.get();
    openssl_require(context != nullptr, "making a TLS context");
    const int keylog = options.keylog_file.empty() ? -1 : open_keylog(options.keylog_file);
    auto facts = std::make_unique<context_facts>(context_facts{alpn_of(app), descriptor(keylog)});
    openssl_require(SSL_CTX_set_ex_data(context, facts_index(), facts.get()) == 1, "TLS set-up");
    facts.release();
    if (keylog >= 0) SSL_CTX_set_keylog_callback(context, log_secret);

    const bool ok = SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_ciphersuites(context, cipher_suites) == 1 &&
                    SSL_CTX_set1_groups_list(context, "X25519") == 1 &&
                    SSL_CTX_set1_sigalgs_list(context, "ed25519") == 1 &&
                    SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1 &&
                    SSL_CTX_set_recv_max_early_data(context, 0) == 1;
    openssl_require(ok, "TLS set-up");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, limits::peer_certificate_bytes_max);
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
    // The transport writes from buffers that move and keeps idle connections small.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
}

tls_context tls_context::server(const server_key& key, application app, const tls_options& options) {
    tls_context made(app, options);
    SSL_CTX* context = made.native_.get();
    const bool ok = SSL_CTX_use_certificate(context, key.certificate.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(context, key.key.native()) == 1 &&
                    SSL_CTX_check_private_key(context) == 1;
    openssl_require(ok, "using the server's key");
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_client_hello_cb(context, require_alpn, nullptr);
    SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
    return made;
}

tls_context tls_context::client(application app, const tls_options& options) {
    tls_context made(app, options);
    SSL_CTX* context = made.native_.get();
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, check_certificate, nullptr);
    const std::string_view alpn = alpn_of(app);
    const std::string offer = static_cast<char>(alpn.size()) + std::string(alpn);
    const int refused =
        SSL_CTX_set_alpn_protos(context, raw(bytes_of(offer)), static_cast<unsigned>(offer.size()));
    openssl_require(refused == 0, "naming the application");
    return made;
}

openssl_handle<SSL> tls_context::new_ssl() const {
    openssl_handle<SSL> ssl(SSL_new(native_.get()));
    openssl_require(ssl != nullptr, "making a TLS connection");
    return ssl;
}

openssl_handle<SSL> tls_context::new_connection() const {
    auto ssl = new_ssl();
    SSL_set_accept_state(ssl.get());
    return ssl;
}

openssl_handle<SSL> tls_context::new_connection(pin_check& check) const {
    auto ssl = new_ssl();
    openssl_require(SSL_set_ex_data(ssl.get(), check_index(), &check) == 1, "setting the pin");
    SSL_set_connect_state(ssl.get());
    return ssl;
}

seam::result<channel> tls_channel(SSL* ssl) {
    channel on{std::string(selected_alpn(ssl)), {}};
    // An empty context and no context are the same in TLS 1.3 (RFC 8446, 7.5).
    const bool ok =
        SSL_version(ssl) == TLS1_3_VERSION && SSL_is_init_finished(ssl) == 1 &&
        on.alpn == facts_of(ssl).alpn &&
        SSL_export_keying_material(ssl, raw_out(on.binding), on.binding.size(), binding_label.data(),
                                   binding_label.size(), nullptr, 0, 0) == 1;
    ERR_clear_error();
    if (!ok) return std::errc::permission_denied;
    return on;
}

}  // namespace common::trust
