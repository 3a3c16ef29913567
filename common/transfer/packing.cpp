#include "common/transfer/packing.hpp"

#include "common/transfer/limits.hpp"
#include "protocol/frame/encoder.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

namespace {

constexpr int level = 1;
constexpr std::size_t sample_bytes = 16 * limits::kibibyte;
// Less saving is not worth the work at the other end.
constexpr double useful_part = 0.9;

struct free_context {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// One for each thread that packs: making them is what costs.
ZSTD_CCtx* compressor() {
    static thread_local const std::unique_ptr<ZSTD_CCtx, free_context> context{ZSTD_createCCtx()};
    return context.get();
}

ZSTD_DCtx* decompressor() {
    static thread_local const std::unique_ptr<ZSTD_DCtx, free_context> context{ZSTD_createDCtx()};
    return context.get();
}

bool is_promising(seam::const_bytes plain) {
    if (plain.size() <= 2 * sample_bytes) return true;
    const auto sample = plain.subspan(plain.size() / 2, sample_bytes);
    std::array<std::byte, sample_bytes> out;
    const auto most = static_cast<std::size_t>(static_cast<double>(sample.size()) * useful_part);
    const auto size = ZSTD_compressCCtx(compressor(), out.data(), most, sample.data(), sample.size(), level);
    return ZSTD_isError(size) == 0;
}

}  // namespace

std::optional<packed_frames> pack(const stream::slice& frames, stream::buffer_pool& buffers) {
    const auto plain = frames.bytes();
    if (plain.size() > limits::packed_bytes_max || compressor() == nullptr || !is_promising(plain)) {
        return std::nullopt;
    }
    const upload::packed head{.plain_bytes = static_cast<std::uint32_t>(plain.size()), .data = {}};
    const std::size_t prefix_bytes = protocol::frame::frame_bytes(head);
    const auto most = static_cast<std::size_t>(static_cast<double>(plain.size()) * useful_part);
    stream::slice out = buffers.allocate(prefix_bytes + most, stream::contents::unspecified);
    const auto room = out.mutable_bytes();
    const auto size =
        ZSTD_compressCCtx(compressor(), room.data() + prefix_bytes, most, plain.data(), plain.size(), level);
    if (ZSTD_isError(size) != 0) return std::nullopt;
    protocol::frame::encode_prefix_to(room, head, size);
    out.drop_back(most - size);
    return packed_frames{std::move(out), size};
}

error_code unpack(const upload::packed& message, std::vector<std::byte>& room) {
    if (message.plain_bytes == 0 || message.plain_bytes > limits::packed_bytes_max) {
        return error_code::malformed;
    }
    room.resize(message.plain_bytes);
    if (decompressor() == nullptr) return error_code::internal;
    const auto size = ZSTD_decompressDCtx(decompressor(), room.data(), room.size(), message.data.data(),
                                          message.data.size());
    return ZSTD_isError(size) == 0 && size == room.size() ? error_code::none : error_code::malformed;
}

// --- when

void packing_rule::on_sent(std::uint64_t bytes, seam::duration waited, seam::mono_time now) {
    if (!begun_) {
        begun_ = true;
        window_began_ = now;
        waited_before_ = waited;
    }
    window_bytes_ += bytes;
    const seam::duration window = now - window_began_;
    if (window < limits::packing_window) return;
    const double seconds = std::chrono::duration<double>(window).count();
    const double rate = static_cast<double>(window_bytes_) / seconds;
    const double share = std::chrono::duration<double>(waited - waited_before_).count() / seconds;
    // Once it packs, the link is waited for less: that is no reason to stop while it still is.
    const double share_min = link_is_slow_ ? limits::packing_share_to_go_on : limits::packing_share_to_begin;
    link_is_slow_ = share >= share_min && rate < pack_rate_ * limits::packing_rate_part;
    window_began_ = now;
    window_bytes_ = 0;
    waited_before_ = waited;
}

void packing_rule::on_packed(std::uint64_t plain_bytes, seam::duration time, bool shorter) {
    if (!shorter) {
        useless_ = std::min(useless_ + 1, limits::packing_useless_max);
        skip_ = 1U << useless_;
        return;
    }
    useless_ = 0;
    const double seconds = std::chrono::duration<double>(time).count();
    if (seconds > 0) pack_rate_ = pack_rate_ * 0.8 + static_cast<double>(plain_bytes) / seconds * 0.2;
}

bool packing_rule::wanted() {
    if (!link_is_slow_) return false;
    if (skip_ == 0) return true;
    --skip_;
    return false;
}

}  // namespace common::transfer
