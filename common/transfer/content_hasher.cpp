#include "common/transfer/content_hasher.hpp"

#include "common/transfer/limits.hpp"

#include <openssl/evp.h>
#include <xxhash.h>

#include <algorithm>
#include <new>

namespace common::transfer {
namespace {

constexpr std::size_t sha256_bytes = 32;

void check(bool done) {
    if (!done) throw std::bad_alloc{};
}

}  // namespace

void content_hasher::free_state::operator()(XXH3_state_s* state) const {
    XXH3_freeState(state);
}

void content_hasher::free_state::operator()(evp_md_ctx_st* state) const {
    EVP_MD_CTX_free(state);
}

content_hasher::content_hasher(digest_kind kind) {
    if (kind == digest_kind::sha256) {
        sha256_.reset(EVP_MD_CTX_new());
        check(sha256_ && EVP_DigestInit_ex(sha256_.get(), EVP_sha256(), nullptr) == 1);
        return;
    }
    fast_.reset(XXH3_createState());
    check(fast_ && XXH3_128bits_reset(fast_.get()) == XXH_OK);
}

content_hasher::content_hasher(content_hasher&&) noexcept = default;
content_hasher::~content_hasher() = default;

void content_hasher::add(seam::const_bytes bytes) {
    if (sha256_) {
        check(EVP_DigestUpdate(sha256_.get(), bytes.data(), bytes.size()) == 1);
    } else {
        XXH3_128bits_update(fast_.get(), bytes.data(), bytes.size());
    }
}

std::vector<std::byte> content_hasher::value() {
    std::vector<std::byte> result;
    if (sha256_) {
        result.resize(sha256_bytes);
        check(EVP_DigestFinal_ex(sha256_.get(), reinterpret_cast<unsigned char*>(result.data()), nullptr) ==
              1);
        return result;
    }
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(fast_.get()));
    const auto bytes = std::as_bytes(std::span{canonical.digest});
    result.assign(bytes.begin(), bytes.end());
    return result;
}

seam::result<bool> file_hash::step(std::uint64_t bytes_max) {
    if (!file_) {
        auto opened = disk_.open_read(path_);
        if (!opened) return opened.error();
        file_ = *std::move(opened);
        if (const auto error = file_->forget_cached()) return error;
        buffer_.resize(limits::hash_read_bytes);
    }
    for (std::uint64_t done = 0; done < bytes_max; done += buffer_.size()) {
        const auto got = file_->read_at(buffer_, offset_);
        if (!got) return got.error();
        hash_.add(std::span{buffer_}.first(*got));
        offset_ += *got;
        if (*got == buffer_.size()) continue;
        file_.reset();
        buffer_ = {};
        return true;
    }
    return false;
}

}  // namespace common::transfer
