#include "common/transfer/digest.hpp"

#include "common/transfer/limits.hpp"

#include <openssl/evp.h>
#include <xxhash.h>

#include <array>
#include <cassert>
#include <cstring>
#include <new>
#include <vector>

namespace common::transfer {
namespace {

digest to_digest(XXH128_hash_t hash) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    digest value;
    static_assert(sizeof canonical.digest == sizeof value);
    std::memcpy(value.data(), canonical.digest, sizeof value);
    return value;
}

void append_length(std::string& to, std::size_t length) {
    for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>((length >> shift) & 0xff);
}

}  // namespace

digest digest_of(seam::const_bytes content) {
    return to_digest(XXH3_128bits(content.data(), content.size()));
}

digest digest_of_zeros(std::size_t bytes) {
    static const std::vector<std::byte> zeros(limits::chunk_bytes_max);
    assert(bytes <= zeros.size());
    return digest_of(seam::const_bytes{zeros}.first(bytes));
}

bool is_all_zeros(seam::const_bytes content) {
    if (content.empty() || content.front() != std::byte{0}) return false;
    // Each byte is like the one before it.
    return std::memcmp(content.data(), content.data() + 1, content.size() - 1) == 0;
}

std::uint64_t checksum_of(seam::const_bytes content, std::uint64_t seed) {
    return XXH3_64bits_withSeed(content.data(), content.size(), seed);
}

void file_digest::free_state::operator()(XXH3_state_s* state) const {
    XXH3_freeState(state);
}

file_digest::file_digest() : state_(XXH3_createState()) {
    if (!state_) throw std::bad_alloc{};
    XXH3_128bits_reset(state_.get());
}

void file_digest::add(const digest& chunk) {
    add(seam::const_bytes{chunk});
}

void file_digest::add(seam::const_bytes chunk_digests) {
    XXH3_128bits_update(state_.get(), chunk_digests.data(), chunk_digests.size());
}

digest file_digest::value() const {
    return to_digest(XXH3_128bits_digest(state_.get()));
}

std::string staging_name(std::string_view owner, std::string_view path) {
    std::string named;
    append_length(named, owner.size());
    named.append(owner);
    append_length(named, path.size());
    named.append(path);
    std::array<unsigned char, 32> hash{};
    if (EVP_Q_digest(nullptr, "SHA256", nullptr, named.data(), named.size(), hash.data(), nullptr) != 1) {
        throw std::bad_alloc{};
    }
    std::string name;
    for (std::size_t i = 0; i < 16; ++i) {
        name += "0123456789abcdef"[hash[i] >> 4];
        name += "0123456789abcdef"[hash[i] & 15];
    }
    return name;
}

}  // namespace common::transfer
