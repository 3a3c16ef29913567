#include "common/stream/seal_key_finder.hpp"

#include "common/stream/event.hpp"
#include "common/stream/stream_error.hpp"

#include <sodium.h>

#include <memory>
#include <optional>
#include <utility>

namespace common::stream {

namespace {

class raw_key {
  public:
    explicit raw_key(const seal_key& key) : key_(key) {}
    task<result<seal_key>> operator()(const seal_preamble& preamble) const {
        if (preamble.key_kind != seal_key_kind::raw) co_return make_error_code(stream_error::wrong_key_kind);
        co_return key_;
    }

  private:
    seal_key key_;
};

// One derivation; the pool's thread and the waiting task share it, whichever goes first.
struct derivation {
    explicit derivation(std::string words) : passphrase(std::move(words)) {}
    derivation(const derivation&) = delete;
    derivation& operator=(const derivation&) = delete;
    ~derivation() { sodium_memzero(passphrase.data(), passphrase.size()); }

    std::string passphrase;
    passphrase_settings settings;
    std::optional<result<seal_key>> key;
    event changed;
};

class passphrase_key {
  public:
    passphrase_key(seam::event_loop& loop, seam::blocking_pool& blocking, std::string passphrase)
        : loop_(&loop),
          blocking_(&blocking),
          derivation_(std::make_shared<derivation>(std::move(passphrase))) {}

    task<result<seal_key>> operator()(const seal_preamble& preamble) const {
        if (preamble.key_kind != seal_key_kind::passphrase) {
            co_return make_error_code(stream_error::wrong_key_kind);
        }
        const auto mine = derivation_;
        mine->settings = preamble.passphrase;
        blocking_->run(
            *loop_, [mine] { mine->key = derive_seal_key(mine->passphrase, mine->settings); },
            [mine] { mine->changed.notify(); });
        const auto stopped = co_await mine->changed.wait();
        if (stopped) co_return stopped;
        co_return *std::exchange(mine->key, std::nullopt);
    }

  private:
    seam::event_loop* loop_;
    seam::blocking_pool* blocking_;
    std::shared_ptr<derivation> derivation_;
};

}  // namespace

seal_key_finder raw_key_finder(const seal_key& key) {
    return raw_key(key);
}

seal_key_finder passphrase_finder(seam::event_loop& loop, seam::blocking_pool& blocking,
                                  std::string passphrase) {
    return passphrase_key(loop, blocking, std::move(passphrase));
}

}  // namespace common::stream
