#include "common/stream/sealed_file.hpp"

#include "common/stream/secret_stream.hpp"
#include "common/stream/stream_error.hpp"

#include <sodium.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace common::stream {
namespace {

constexpr std::uint64_t plain_chunk = limits::sealed_chunk_bytes;
constexpr std::uint64_t sealed_chunk = sealed_chunk_wire_bytes;
constexpr char header_context[] = "slchead1";
constexpr std::uint64_t header_key_number = 1;
// States of the cipher that are kept for readers that come a little late: one for each MiB of a few.
constexpr std::uint64_t chunks_between_states = 16;
constexpr std::size_t states_max = 32;

static_assert(sizeof header_context - 1 == crypto_kdf_CONTEXTBYTES);
static_assert(seal_stream_header_bytes >= crypto_generichash_BYTES_MIN);

// The header follows from the content.
seam::result<std::array<std::byte, seal_stream_header_bytes>> header_for(seam::file& plain,
                                                                         std::uint64_t size,
                                                                         const seal_key& key) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    std::array<unsigned char, crypto_generichash_KEYBYTES> hash_key{};
    crypto_kdf_derive_from_key(hash_key.data(), hash_key.size(), header_key_number, header_context,
                               reinterpret_cast<const unsigned char*>(key.bytes().data()));
    crypto_generichash_state state;
    crypto_generichash_init(&state, hash_key.data(), hash_key.size(), seal_stream_header_bytes);
    sodium_memzero(hash_key.data(), hash_key.size());
    std::vector<std::byte> buffer(plain_chunk * 4);
    for (std::uint64_t offset = 0; offset < size;) {
        const auto part = std::span{buffer}.first(std::min<std::uint64_t>(buffer.size(), size - offset));
        const auto got = plain.read_at(part, offset);
        if (!got) return got.error();
        if (*got < part.size()) return std::errc::io_error;
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), *got);
        offset += *got;
    }
    std::array<std::byte, seal_stream_header_bytes> header{};
    crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(header.data()), header.size());
    return header;
}

class sealed_view final : public seam::file {
  public:
    sealed_view(std::unique_ptr<seam::file> plain, const seal_key& key, const seal_preamble& preamble,
                std::uint64_t plain_bytes)
        : plain_(std::move(plain)),
          preamble_(encode(preamble)),
          plain_bytes_(plain_bytes),
          chunks_(plain_bytes / plain_chunk + 1),
          start_(secret_stream::resealing(key, preamble)),
          cipher_(start_) {}

    seam::result<std::size_t> read_at(seam::mutable_bytes out, std::uint64_t offset) override {
        const std::lock_guard lock{mutex_};
        std::size_t done = 0;
        if (offset < seal_preamble_bytes) {
            done = std::min<std::size_t>(out.size(), seal_preamble_bytes - offset);
            std::copy_n(preamble_.begin() + static_cast<std::ptrdiff_t>(offset), done, out.begin());
        }
        while (done < out.size()) {
            const std::uint64_t in_chunks = offset + done - seal_preamble_bytes;
            const std::uint64_t index = in_chunks / sealed_chunk;
            if (index >= chunks_) break;
            if (const auto error = bring(index)) return error;
            const std::uint64_t skipped = in_chunks % sealed_chunk;
            if (skipped >= sealed_.size()) break;
            const auto part = std::span{sealed_}.subspan(skipped);
            const std::size_t count = std::min(part.size(), out.size() - done);
            std::copy_n(part.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(done));
            done += count;
        }
        return done;
    }
    seam::result<seam::file_info> info() override {
        auto info = plain_->info();
        if (info) info->size = sealed_size(info->size);
        return info;
    }
    std::error_code forget_cached() override { return plain_->forget_cached(); }

    std::error_code write_at(seam::const_bytes, std::uint64_t) override { return read_only(); }
    std::error_code preallocate(std::uint64_t) override { return read_only(); }
    std::error_code resize(std::uint64_t) override { return read_only(); }
    std::error_code set_mode(std::uint32_t) override { return read_only(); }
    std::error_code set_mtime(std::int64_t) override { return read_only(); }
    std::error_code sync_data() override { return read_only(); }
    std::error_code sync_all() override { return read_only(); }

  private:
    struct kept_state {
        std::uint64_t next = 0;
        secret_stream cipher;
    };

    static std::error_code read_only() { return make_error_code(std::errc::read_only_file_system); }

    // Makes `sealed_` the chunk with this index.
    std::error_code bring(std::uint64_t index) {
        if (next_ == index + 1) return {};
        if (index < next_) go_back(index);
        while (next_ <= index) {
            if (const auto error = seal_next()) return error;
        }
        return {};
    }
    void go_back(std::uint64_t index) {
        while (!states_.empty() && states_.back().next > index) states_.pop_back();
        next_ = states_.empty() ? 0 : states_.back().next;
        cipher_ = states_.empty() ? start_ : states_.back().cipher;
    }
    std::error_code seal_next() {
        const std::uint64_t offset = next_ * plain_chunk;
        const auto size = static_cast<std::size_t>(std::min(plain_chunk, plain_bytes_ - offset));
        plain_chunk_.resize(size);
        const auto got = plain_->read_at(plain_chunk_, offset);
        if (!got) return got.error();
        if (*got < size) return make_error_code(std::errc::io_error);
        if (next_ % chunks_between_states == 0 && next_ != 0) {
            if (states_.size() == states_max) states_.pop_front();
            states_.push_back({next_, cipher_});
        }
        sealed_.resize(size + seal_chunk_overhead_bytes);
        cipher_.seal(plain_chunk_, next_ + 1 == chunks_, sealed_);
        ++next_;
        return {};
    }

    std::mutex mutex_;
    const std::unique_ptr<seam::file> plain_;
    const std::array<std::byte, seal_preamble_bytes> preamble_;
    const std::uint64_t plain_bytes_;
    const std::uint64_t chunks_;
    const secret_stream start_;
    secret_stream cipher_;
    std::uint64_t next_ = 0;  // the chunk that cipher_ seals next
    std::deque<kept_state> states_;
    std::vector<std::byte> plain_chunk_;
    std::vector<std::byte> sealed_;  // the chunk before next_
};

}  // namespace

std::uint64_t sealed_size(std::uint64_t plain_bytes) {
    return seal_preamble_bytes + plain_bytes + (plain_bytes / plain_chunk + 1) * seal_chunk_overhead_bytes;
}

std::optional<std::uint64_t> plain_size(std::uint64_t sealed_bytes) {
    if (sealed_bytes < seal_preamble_bytes + seal_chunk_overhead_bytes) return std::nullopt;
    const std::uint64_t in_chunks = sealed_bytes - seal_preamble_bytes;
    const std::uint64_t chunks = in_chunks / sealed_chunk + 1;
    if (in_chunks % sealed_chunk < seal_chunk_overhead_bytes) return std::nullopt;
    return in_chunks - chunks * seal_chunk_overhead_bytes;
}

seam::result<std::unique_ptr<seam::file>> view_sealed(std::unique_ptr<seam::file> plain,
                                                      const seal_secret& secret, const seal_preamble& begin) {
    const auto info = plain->info();
    if (!info) return info.error();
    const auto key = secret.key_for(begin);
    if (!key) return key.error();
    const auto header = header_for(*plain, info->size, *key);
    if (!header) return header.error();
    seal_preamble preamble = begin;
    preamble.stream_header = *header;
    return std::unique_ptr<seam::file>(
        std::make_unique<sealed_view>(std::move(plain), *key, preamble, info->size));
}

std::error_code open_sealed(seam::file& sealed, seam::file& to, const seal_secret& secret) {
    std::array<std::byte, seal_preamble_bytes> first{};
    const auto read = sealed.read_at(first, 0);
    if (!read) return read.error();
    if (*read < first.size()) return stream_error::truncated;
    const auto preamble = decode_seal_preamble(first);
    if (!preamble) return preamble.error();
    const auto key = secret.key_for(*preamble);
    if (!key) return key.error();
    auto cipher = secret_stream::opening(*key, *preamble);
    std::vector<std::byte> chunk(sealed_chunk);
    std::vector<std::byte> plain(plain_chunk);
    for (std::uint64_t index = 0;; ++index) {
        const auto got = sealed.read_at(chunk, seal_preamble_bytes + index * sealed_chunk);
        if (!got) return got.error();
        if (*got < seal_chunk_overhead_bytes) return stream_error::truncated;
        const bool last = *got < chunk.size();
        const auto part = std::span{plain}.first(*got - seal_chunk_overhead_bytes);
        if (!cipher.open(std::span{chunk}.first(*got), last, part)) return stream_error::altered;
        if (const auto error = to.write_at(part, index * plain_chunk)) return error;
        if (last) return {};
    }
}

std::error_code seal_file(seam::file& plain, seam::file& to, const seal_secret& secret,
                          const std::array<std::byte, seal_salt_bytes>& salt) {
    seal_preamble preamble = secret.preamble_for(salt);
    const auto key = secret.key_for(preamble);
    if (!key) return key.error();
    auto cipher = secret_stream::sealing(*key, preamble);
    if (const auto error = to.write_at(encode(preamble), 0)) return error;
    std::vector<std::byte> chunk(plain_chunk);
    std::vector<std::byte> sealed(sealed_chunk);
    for (std::uint64_t index = 0;; ++index) {
        const auto got = plain.read_at(chunk, index * plain_chunk);
        if (!got) return got.error();
        const bool last = *got < chunk.size();
        const auto part = std::span{sealed}.first(*got + seal_chunk_overhead_bytes);
        cipher.seal(std::span{chunk}.first(*got), last, part);
        if (const auto error = to.write_at(part, seal_preamble_bytes + index * sealed_chunk)) return error;
        if (last) return {};
    }
}

}  // namespace common::stream
