#include "common/trust/server_key.hpp"

#include "common/trust/digest.hpp"
#include "common/trust/limits.hpp"
#include "common/trust/openssl_handle.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <optional>

namespace common::trust {
namespace {

constexpr const char* always = "19700101000000Z";
constexpr const char* never = "99991231235959Z";  // RFC 5280, 4.1.2.5: no well-defined expiry

// What a memory BIO holds, wiping the BIO's own copy.
secret_text take_text(BIO* bio) {
    char* data = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio, &data));
    secret_text text(std::string(data, size));
    wipe(std::as_writable_bytes(std::span{data, size}));
    return text;
}

openssl_handle<BIO> reader(std::string_view text) {
    return openssl_handle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

secret_text format_key(const ed25519_key& key) {
    const openssl_handle<BIO> bio(BIO_new(BIO_s_mem()));
    const int ok =
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key.native(), nullptr, nullptr, 0, nullptr, nullptr);
    openssl_require(ok == 1, "writing a private key");
    return take_text(bio.get());
}

secret_text format_certificate(X509* certificate) {
    const openssl_handle<BIO> bio(BIO_new(BIO_s_mem()));
    openssl_require(PEM_write_bio_X509(bio.get(), certificate) == 1, "writing a certificate");
    return take_text(bio.get());
}

// A PEM file must never ask for a password at the terminal.
int refuse_password(char*, int, int, void*) {
    return -1;
}

std::optional<server_key> parse(std::string_view key_text, std::string_view certificate_text) {
    const auto key_bio = reader(key_text);
    const auto certificate_bio = reader(certificate_text);
    const openssl_handle<EVP_PKEY> native(
        PEM_read_bio_PrivateKey(key_bio.get(), nullptr, refuse_password, nullptr));
    openssl_handle<X509> certificate(
        PEM_read_bio_X509(certificate_bio.get(), nullptr, refuse_password, nullptr));
    const bool fit = native != nullptr && certificate != nullptr &&
                     EVP_PKEY_is_a(native.get(), "ED25519") == 1 &&
                     X509_check_private_key(certificate.get(), native.get()) == 1 &&
                     X509_verify(certificate.get(), native.get()) == 1;
    ERR_clear_error();
    if (!fit) return std::nullopt;
    return server_key{ed25519_key::from_native(native.get()), std::move(certificate)};
}

[[noreturn]] void fail_alone(const state_folder& folder, std::string_view present, std::string_view missing) {
    throw state_error(folder.path_of(missing) + ": is missing, but " + std::string(present) +
                      " exists; restore it from a backup, or remove both for a new server key "
                      "(every client will have to trust it anew)");
}

void create_files(const state_folder& folder, const folder_lock& lock) {
    const auto fresh = make_server_key(ed25519_key::generate());
    const bool made =
        folder.create(lock, server_key_file_name, format_key(fresh.key).view()) &&
        folder.create(lock, server_certificate_file_name, format_certificate(fresh.certificate.get()).view());
    if (!made) throw state_error(folder.path() + ": somebody else is writing the server's key; try again");
}

}  // namespace

server_key make_server_key(const ed25519_key& key) {
    openssl_handle<X509> certificate(X509_new());
    X509* x = certificate.get();
    // A positive serial number of 63 bits; subject and issuer stay empty: they would only leak a name.
    std::array<std::byte, 8> serial{};
    fill_random(serial);
    std::uint64_t number = 0;
    for (const std::byte byte : serial) number = number << 8 | std::to_integer<std::uint64_t>(byte);
    const bool ok = x != nullptr && X509_set_version(x, X509_VERSION_3) == 1 &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), (number >> 1) + 1) == 1 &&
                    ASN1_TIME_set_string_X509(X509_getm_notBefore(x), always) == 1 &&
                    ASN1_TIME_set_string_X509(X509_getm_notAfter(x), never) == 1 &&
                    X509_set_pubkey(x, key.native()) == 1 && X509_sign(x, key.native(), nullptr) > 0;
    openssl_require(ok, "making a certificate");
    return {key, std::move(certificate)};
}

server_key load_or_create_server_key(const state_folder& folder) {
    const folder_lock lock = folder.lock();
    const auto key_max = limits::server_key_file_bytes_max;
    if (folder.stamp(server_key_file_name) == file_stamp{} &&
        folder.stamp(server_certificate_file_name) == file_stamp{})
        create_files(folder, lock);
    const auto key_text = folder.read(server_key_file_name, key_max);
    const auto certificate_text = folder.read(server_certificate_file_name, key_max);
    if (!key_text) fail_alone(folder, server_certificate_file_name, server_key_file_name);
    if (!certificate_text) fail_alone(folder, server_key_file_name, server_certificate_file_name);
    auto loaded = parse(key_text->view(), certificate_text->view());
    if (!loaded)
        throw state_error(folder.path_of(server_key_file_name) + ": is damaged, or does not belong to " +
                          std::string(server_certificate_file_name) + "; restore both from a backup");
    return *std::move(loaded);
}

}  // namespace common::trust
