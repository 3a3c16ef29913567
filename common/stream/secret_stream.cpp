#include "common/stream/secret_stream.hpp"

#include <sodium.h>

#include <cassert>
#include <stdexcept>
#include <utility>

namespace common::stream {

namespace {

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

unsigned char tag_of(bool last) {
    return last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

}  // namespace

struct secret_stream::state {
    state() {
        if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    }
    state(const state&) = default;
    state& operator=(const state&) = default;
    ~state() { sodium_memzero(&keys, sizeof keys); }

    crypto_secretstream_xchacha20poly1305_state keys{};
};

secret_stream::secret_stream(std::unique_ptr<state> fresh) : state_(std::move(fresh)) {}
secret_stream::secret_stream(secret_stream&&) noexcept = default;
secret_stream& secret_stream::operator=(secret_stream&&) noexcept = default;
secret_stream::~secret_stream() = default;

secret_stream::secret_stream(const secret_stream& other)
    : state_(std::make_unique<state>(*other.state_)),
      preamble_(other.preamble_),
      preamble_bound_(other.preamble_bound_) {}

secret_stream& secret_stream::operator=(const secret_stream& other) {
    *state_ = *other.state_;
    preamble_ = other.preamble_;
    preamble_bound_ = other.preamble_bound_;
    return *this;
}

secret_stream secret_stream::sealing(const seal_key& key, seal_preamble& preamble) {
    secret_stream stream(std::make_unique<state>());
    crypto_secretstream_xchacha20poly1305_init_push(&stream.state_->keys, raw(preamble.stream_header.data()),
                                                    raw(key.bytes().data()));
    stream.preamble_ = encode(preamble);
    return stream;
}

secret_stream secret_stream::opening(const seal_key& key, const seal_preamble& preamble) {
    secret_stream stream(std::make_unique<state>());
    crypto_secretstream_xchacha20poly1305_init_pull(&stream.state_->keys, raw(preamble.stream_header.data()),
                                                    raw(key.bytes().data()));
    stream.preamble_ = encode(preamble);
    return stream;
}

// Both directions begin with the same state; init_push() differs only in that it makes up the header.
secret_stream secret_stream::resealing(const seal_key& key, const seal_preamble& preamble) {
    return opening(key, preamble);
}

// The preamble is authenticated with the first chunk.
seam::const_bytes secret_stream::bound_bytes() {
    return std::exchange(preamble_bound_, true) ? seam::const_bytes{} : seam::const_bytes{preamble_};
}

void secret_stream::seal(seam::const_bytes plain, bool last, seam::mutable_bytes sealed) {
    assert(sealed.size() == plain.size() + seal_chunk_overhead_bytes);
    const auto bound = bound_bytes();
    crypto_secretstream_xchacha20poly1305_push(&state_->keys, raw(sealed.data()), nullptr, raw(plain.data()),
                                               plain.size(), raw(bound.data()), bound.size(), tag_of(last));
}

bool secret_stream::open(seam::const_bytes sealed, bool last, seam::mutable_bytes plain) {
    assert(sealed.size() == plain.size() + seal_chunk_overhead_bytes);
    const auto bound = bound_bytes();
    unsigned char tag = 0;
    const auto opened = crypto_secretstream_xchacha20poly1305_pull(&state_->keys, raw(plain.data()), nullptr,
                                                                   &tag, raw(sealed.data()), sealed.size(),
                                                                   raw(bound.data()), bound.size());
    return opened == 0 && tag == tag_of(last);
}

}  // namespace common::stream
