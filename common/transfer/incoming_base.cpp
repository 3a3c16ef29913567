// An incoming file that begins as a copy of one that is here already: then only what differs is sent.
//
// The copied chunks become durable like received ones, with digests computed from the copy itself. The sender
// compares them with its own and sends the others, as after an interruption.
#include "common/transfer/content_index.hpp"
#include "common/transfer/incoming_file.hpp"

#include <algorithm>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;

namespace {

struct copied_part {
    std::error_code error;
    std::vector<received_chunk> chunks;
    bool at_end = false;
};

// What `base` does not have is left to the sender.
void copy_chunks(staged_file& to, seam::file& base, std::uint32_t first, std::uint64_t size,
                 copied_part& part) {
    const std::uint64_t end = std::min(size, std::uint64_t{first} * to.chunk_bytes + limits::copy_part_bytes);
    std::vector<std::byte> content(to.chunk_bytes);
    for (std::uint32_t index = first;; ++index) {
        const std::uint64_t offset = std::uint64_t{index} * to.chunk_bytes;
        part.at_end = offset >= size;
        if (offset >= end) break;
        const auto room = std::span{content}.first(std::min<std::uint64_t>(to.chunk_bytes, size - offset));
        const auto got = base.read_at(room, offset);
        part.at_end = !got || *got < room.size();
        if (part.at_end) break;
        if (is_all_zeros(room)) {
            part.error = to.punch(offset, room.size());
        } else {
            part.error = to.preallocate(offset + room.size(), size);
            if (!part.error) part.error = to.data->write_at(room, offset);
        }
        if (part.error) return;
        part.chunks.push_back({.index = index, .of = digest_of(room)});
    }
    if (!part.chunks.empty()) part.error = to.mark(part.chunks);
}

}  // namespace

std::string incoming_file::find_base(const staging_request& request, const receiver_settings& settings,
                                     const receiver_surroundings& around,
                                     const std::optional<seam::file_info>& there) {
    if (request.size == upload::size_unknown || request.size == 0) return {};
    if (around.index != nullptr && request.sample) {
        if (auto known = around.index->find(request.owner, request.size, *request.sample)) return *known;
    }
    return there && there->size > 0 && settings.may_compare ? request.path : std::string{};
}

void incoming_file::copy_base(std::string path) {
    state_ = state::copying;
    writing_ = true;
    auto base = std::make_shared<std::shared_ptr<seam::file>>();
    owner_.run(
        [base, path = std::move(path), &disk = owner_.around_.disk] {
            if (auto found = disk.open_read(path)) *base = *std::move(found);
        },
        [self = shared_from_this(), base] {
            self->writing_ = false;
            if (self->state_ == state::ending) return self->pump();
            if (!*base) return self->begin_receiving();
            self->copy_part(*base, 0);
        });
}

void incoming_file::copy_part(std::shared_ptr<seam::file> base, std::uint32_t first) {
    writing_ = true;
    auto part = std::make_shared<copied_part>();
    owner_.run([self = shared_from_this(), base, first,
                part] { copy_chunks(self->staged_, *base, first, self->request_.size, *part); },
               [self = shared_from_this(), base, part] {
                   self->writing_ = false;
                   if (part->error) {
                       self->disk_failed_ = true;
                       if (self->state_ != state::ending) return self->wind_down(part->error);
                       return self->pump();
                   }
                   for (const received_chunk& each : part->chunks) {
                       const std::uint64_t bytes = self->bytes_of(each.index);
                       self->chunks_.put(each.index, each.of);
                       self->chunks_.set_durable(each.index);
                       self->resumed_bytes_ += bytes;
                       self->received_bytes_ += bytes;
                       self->durable_bytes_ += bytes;
                       self->owner_.counts_.resumed_bytes += bytes;
                       self->owner_.counts_.durable_bytes += bytes;
                       self->copied_ = true;
                   }
                   if (self->state_ == state::ending) return self->pump();
                   if (part->at_end) return self->begin_receiving();
                   self->copy_part(base, part->chunks.back().index + 1);
               });
}

}  // namespace common::transfer
