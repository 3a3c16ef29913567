#include "common/transfer/offer_batch.hpp"

#include "common/transfer/digest.hpp"
#include "common/transfer/limits.hpp"
#include "protocol/frame/encoder.hpp"

#include <algorithm>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

namespace {

upload::offer offer_of(std::uint32_t file_no, const outgoing& item) {
    return {.file_no = file_no,
            .kind = item.kind,
            .size = item.size,
            .mtime_ns = item.mtime_ns,
            .mode = item.mode,
            .identity = item.identity,
            .chunk_bytes = 0,
            .digest = {},
            .path = item.path,
            .content = {}};
}

// One byte beyond the content shows whether the file has grown.
constexpr std::size_t growth_bytes = 1;

}  // namespace

bool offer_batch::suits(const outgoing& item) {
    return upload::is_folder(item.kind) || item.kind == upload::entry_kind::link ||
           (item.kind == upload::entry_kind::file && !item.stream && item.size <= limits::inline_bytes_max);
}

std::size_t offer_batch::frame_bytes_max(const outgoing& item) {
    return protocol::frame::frame_bytes(offer_of(0, item)) + static_cast<std::size_t>(item.size) +
           growth_bytes;
}

bool offer_batch::has_room_for(const outgoing& item) const {
    return files_.empty() || (files_.size() < limits::offer_batch_files_max &&
                              bytes_ + frame_bytes_max(item) <= limits::offer_batch_bytes_max);
}

void offer_batch::add(std::uint32_t file_no, std::shared_ptr<const outgoing> item) {
    bytes_ += frame_bytes_max(*item);
    files_.push_back({file_no, std::move(item)});
}

void offer_batch::build(const seam::clock& time, bool packs) {
    const auto began = time.mono_now();
    stream::slice room = buffers_.allocate(bytes_, stream::contents::unspecified);
    std::size_t used = 0;
    for (const small& each : files_) {
        const auto added = encode(each, room.mutable_bytes().subspan(used), time);
        if (!added) {
            failures_.push_back({each.file_no, added.error()});
            continue;
        }
        used += *added;
        ++offers_;
    }
    room.drop_back(room.size() - used);
    frames_ = std::move(room);
    times_.disk = time.mono_now() - began - times_.cpu;
    wire_bytes_ = content_bytes_;
    if (packs && offers_ > 0) pack_frames(time);
}

void offer_batch::pack_frames(const seam::clock& time) {
    const auto began = time.mono_now();
    auto packed = pack(frames_, buffers_);
    packing_ = {
        .plain_bytes = frames_.size(), .time = time.mono_now() - began, .shorter = packed.has_value()};
    times_.cpu += packing_.time;
    if (!packed) return;
    frames_ = std::move(packed->frame);
    wire_bytes_ = packed->data_bytes;
}

seam::result<std::size_t> offer_batch::encode(const small& from, seam::mutable_bytes room,
                                              const seam::clock& time) {
    upload::offer offer = offer_of(from.file_no, *from.item);
    const std::size_t prefix_bytes = protocol::frame::frame_bytes(offer);
    if (from.item->kind == upload::entry_kind::file) {
        auto file = from.item->disk->open_read(from.item->source_path);
        if (!file) return file.error();
        const auto size = static_cast<std::size_t>(from.item->size);
        const auto content = room.subspan(prefix_bytes, size + growth_bytes);
        const auto got = (*file)->read_at(content, 0);
        if (!got) return got.error();
        const auto after = (*file)->info();
        if (!after) return after.error();
        if (*got != size || (from.item->identity != 0 && identity_of(*after) != from.item->identity)) {
            return make_error_code(error_code::source_changed);
        }
        const auto read = time.mono_now();
        offer.digest = digest_of(content.first(size));
        times_.cpu += time.mono_now() - read;
        content_bytes_ += size;
        contents_.push_back({from.file_no, offer.digest});
    }
    if (from.item->kind == upload::entry_kind::link) {
        const auto target = std::as_bytes(std::span{from.item->link_target});
        std::ranges::copy(target, room.begin() + static_cast<std::ptrdiff_t>(prefix_bytes));
        offer.digest = digest_of(target);
    }
    const auto size = static_cast<std::size_t>(offer.size);
    protocol::frame::encode_prefix_to(room, offer, size);
    return prefix_bytes + size;
}

}  // namespace common::transfer
