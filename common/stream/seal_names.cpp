#include "common/stream/seal_names.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace common::stream {
namespace {

constexpr char context[] = "slcnames";
constexpr std::uint64_t tag_key_number = 1;
constexpr std::uint64_t name_key_number = 2;
constexpr int encoding = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

static_assert(sizeof context - 1 == crypto_kdf_CONTEXTBYTES);
static_assert(seal_key_bytes == crypto_kdf_KEYBYTES);
static_assert(seal_key_bytes == crypto_stream_xchacha20_KEYBYTES);
static_assert(name_seal::tag_bytes <= crypto_stream_xchacha20_NONCEBYTES);
static_assert(name_seal::tag_bytes >= crypto_generichash_BYTES_MIN);

seal_key subkey(const seal_key& of, std::uint64_t number) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    std::array<std::byte, seal_key_bytes> raw{};
    crypto_kdf_derive_from_key(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), number, context,
                               reinterpret_cast<const unsigned char*>(of.bytes().data()));
    const seal_key key(raw);
    sodium_memzero(raw.data(), raw.size());
    return key;
}

const unsigned char* raw_of(const seal_key& key) {
    return reinterpret_cast<const unsigned char*>(key.bytes().data());
}

void compute_tag(std::span<unsigned char, name_seal::tag_bytes> out, std::span<const unsigned char> name,
                 const seal_key& key) {
    crypto_generichash(out.data(), out.size(), name.data(), name.size(), raw_of(key), seal_key_bytes);
}

void apply_stream(std::span<unsigned char> text, std::span<const unsigned char, name_seal::tag_bytes> tag,
                  const seal_key& key) {
    std::array<unsigned char, crypto_stream_xchacha20_NONCEBYTES> nonce{};
    std::ranges::copy(tag, nonce.begin());
    crypto_stream_xchacha20_xor(text.data(), text.data(), text.size(), nonce.data(), raw_of(key));
}

}  // namespace

name_seal::name_seal(const seal_key& key)
    : tag_key_(subkey(key, tag_key_number)), name_key_(subkey(key, name_key_number)) {}

std::optional<std::string> name_seal::seal(std::string_view name) const {
    if (name.empty() || name.size() > name_bytes_max) return std::nullopt;
    std::vector<unsigned char> sealed(tag_bytes + name.size());
    std::ranges::copy(name, sealed.begin() + tag_bytes);
    const std::span whole{sealed};
    const auto tag = whole.first<tag_bytes>();
    compute_tag(tag, whole.subspan(tag_bytes), tag_key_);
    apply_stream(whole.subspan(tag_bytes), tag, name_key_);
    std::string text(sodium_base64_encoded_len(sealed.size(), encoding), '\0');
    sodium_bin2base64(text.data(), text.size(), sealed.data(), sealed.size(), encoding);
    text.resize(text.find('\0'));
    return text;
}

std::optional<std::string> name_seal::open(std::string_view sealed) const {
    if (sealed.empty() || sealed.size() > sealed_name_bytes_max) return std::nullopt;
    std::vector<unsigned char> bytes(sealed.size());
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(), nullptr, &size, &end,
                          encoding) != 0 ||
        end != sealed.data() + sealed.size() || size <= tag_bytes) {
        return std::nullopt;
    }
    bytes.resize(size);
    const std::span whole{bytes};
    const auto tag = whole.first<tag_bytes>();
    const auto name = whole.subspan(tag_bytes);
    apply_stream(name, tag, name_key_);
    std::array<unsigned char, tag_bytes> expected{};
    compute_tag(expected, name, tag_key_);
    if (sodium_memcmp(expected.data(), tag.data(), tag_bytes) != 0) return std::nullopt;
    return std::string{name.begin(), name.end()};
}

}  // namespace common::stream
