#include "common/stream/hasher.hpp"

#include <openssl/evp.h>
#include <xxhash.h>

#include <cstring>
#include <new>
#include <stdexcept>

namespace common::stream {

static_assert(sizeof(XXH128_canonical_t) == digest_bytes(hash_algorithm::xxh3_128));

std::string digest::hex() const {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes()) {
        const auto number = std::to_integer<unsigned>(byte);
        text += digits[number >> 4];
        text += digits[number & 15];
    }
    return text;
}

class hasher::engine {
  public:
    virtual ~engine() = default;
    virtual hash_algorithm algorithm() const = 0;
    virtual void update(seam::const_bytes bytes) = 0;
    virtual digest value() const = 0;
    virtual void reset() = 0;
};

class hasher::xxh3_engine final : public engine {
  public:
    xxh3_engine() {
        if (state_ == nullptr) throw std::bad_alloc();
        xxh3_engine::reset();
    }
    hash_algorithm algorithm() const override { return hash_algorithm::xxh3_128; }
    void update(seam::const_bytes bytes) override {
        if (!bytes.empty()) XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
    }
    digest value() const override {
        XXH128_canonical_t canonical;
        XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
        digest out{.algorithm = algorithm()};
        std::memcpy(out.value.data(), canonical.digest, sizeof canonical.digest);
        return out;
    }
    void reset() override { XXH3_128bits_reset(state_.get()); }

  private:
    struct release {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };
    std::unique_ptr<XXH3_state_t, release> state_{XXH3_createState()};
};

class hasher::sha256_engine final : public engine {
  public:
    sha256_engine() {
        if (context_ == nullptr) throw std::bad_alloc();
        sha256_engine::reset();
    }
    hash_algorithm algorithm() const override { return hash_algorithm::sha256; }
    void update(seam::const_bytes bytes) override {
        check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
    }
    digest value() const override {
        // Finishing ends a context; a copy keeps this one open.
        const context copy(EVP_MD_CTX_new());
        check(copy == nullptr ? 0 : EVP_MD_CTX_copy_ex(copy.get(), context_.get()));
        digest out{.algorithm = algorithm()};
        check(EVP_DigestFinal_ex(copy.get(), reinterpret_cast<unsigned char*>(out.value.data()), nullptr));
        return out;
    }
    void reset() override { check(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr)); }

  private:
    static void check(int done) {
        if (done != 1) throw std::runtime_error("SHA-256 is not available from OpenSSL");
    }
    struct release {
        void operator()(EVP_MD_CTX* gone) const { EVP_MD_CTX_free(gone); }
    };
    using context = std::unique_ptr<EVP_MD_CTX, release>;
    context context_{EVP_MD_CTX_new()};
};

hasher::hasher(hash_algorithm algorithm) {
    if (algorithm == hash_algorithm::xxh3_128) engine_ = std::make_unique<xxh3_engine>();
    if (algorithm == hash_algorithm::sha256) engine_ = std::make_unique<sha256_engine>();
    if (engine_ == nullptr) throw std::invalid_argument("unknown hash algorithm");
}
hasher::hasher(hasher&&) noexcept = default;
hasher& hasher::operator=(hasher&&) noexcept = default;
hasher::~hasher() = default;

hash_algorithm hasher::algorithm() const {
    return engine_->algorithm();
}
void hasher::update(seam::const_bytes bytes) {
    engine_->update(bytes);
}
digest hasher::value() const {
    return engine_->value();
}
void hasher::reset() {
    engine_->reset();
}

digest hash(hash_algorithm algorithm, seam::const_bytes bytes) {
    hasher sum(algorithm);
    sum.update(bytes);
    return sum.value();
}

}  // namespace common::stream
