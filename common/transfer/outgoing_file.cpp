#include "common/transfer/outgoing_file.hpp"

#include "common/transfer/content_index.hpp"
#include "common/transfer/digest.hpp"
#include "common/transfer/limits.hpp"
#include "common/transfer/placement.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

outgoing_file::outgoing_file(sender& owner, std::uint32_t file_no, std::shared_ptr<const outgoing> item)
    : owner_(owner),
      file_no_(file_no),
      item_(std::move(item)),
      chunk_bytes_(limits::chunk_bytes_for(item_->size)) {
    if (is_stream()) return;
    chunk_count_ = static_cast<std::uint32_t>((item_->size + chunk_bytes_ - 1) / chunk_bytes_);
}

void outgoing_file::begin() {
    auto error = std::make_shared<std::error_code>();
    const auto self = shared_from_this();
    owner_.run([self, error] { *error = self->open(); }, [self, error] { self->on_open(*error); }, [] {});
}

std::error_code outgoing_file::open() {
    if (is_stream()) {
        file_ = item_->stream;
        return {};
    }
    auto opened = item_->disk->open_read(item_->source_path);
    if (!opened) return opened.error();
    file_ = *std::move(opened);
    const auto info = file_->info();
    if (!info) return info.error();
    const bool same =
        info->size == item_->size && (item_->identity == 0 || identity_of(*info) == item_->identity);
    if (!same) return make_error_code(error_code::source_changed);
    sparse_ = info->allocated_bytes < info->size;
    if (sparse_) find_data();
    const auto sample = sample_of(*file_);
    if (!sample) return sample.error();
    sample_ = *sample;
    return {};
}

void outgoing_file::on_open(std::error_code error) {
    if (error) {
        state_ = state::finished;
        owner_.settle(file_no_, upload::status::failed, error, {});
        return;
    }
    state_ = state::offered;
    ++owner_.offers_;
    upload::offer offer{.file_no = file_no_,
                        .kind = upload::entry_kind::file,
                        .size = item_->size,
                        .mtime_ns = item_->mtime_ns,
                        .mode = item_->mode,
                        .identity = item_->identity,
                        .chunk_bytes = chunk_bytes_,
                        .digest = {},
                        .path = item_->path,
                        .content = {}};
    if (sparse_) offer.allocated_bytes = data_bytes_;
    if (!is_stream()) offer.sample = sample_;
    owner_.make_ready(stream::slice::copy_of(protocol::frame::encode(offer)), 0);
}

error_code outgoing_file::on_wanted(const upload::wanted& answer) {
    if (state_ == state::finished) return error_code::none;
    if (state_ != state::offered) return error_code::unexpected;
    if (answer.chunk_bytes < limits::chunk_bytes_min || answer.chunk_bytes > limits::chunk_bytes_max) {
        return error_code::malformed;
    }
    chunk_bytes_ = answer.chunk_bytes;
    if (!is_stream()) {
        const std::uint64_t count = (item_->size + chunk_bytes_ - 1) / chunk_bytes_;
        if (count > limits::chunks_max) return error_code::malformed;
        chunk_count_ = static_cast<std::uint32_t>(count);
    }
    const std::uint32_t end = is_stream() ? limits::chunks_max : chunk_count_;
    for (const upload::chunk_run& run : answer.present) {
        const std::size_t count = run.digests.size() / limits::digest_bytes;
        if (run.digests.size() % limits::digest_bytes != 0 || run.first > end || count > end - run.first) {
            return error_code::malformed;
        }
        for (std::size_t i = 0; i < count; ++i) {
            digest of;
            std::ranges::copy(run.digests.subspan(i * limits::digest_bytes, limits::digest_bytes),
                              of.begin());
            theirs_.put(run.first + static_cast<std::uint32_t>(i), of);
        }
    }
    same_source_ = answer.same_source && !is_stream();
    if (answer.more) return error_code::none;
    count_resumed_ = owner_.resume_counted_.insert(item_).second;
    state_ = state::sending;
    owner_.pump();
    return error_code::none;
}

bool outgoing_file::read_some() {
    if (state_ != state::sending || at_end_) return false;
    // A stream is read in order; what comes back decides whether there is more.
    if (is_stream() && reads_ > 0) return false;
    auto job = std::make_shared<read_job>();
    const std::size_t count_max = std::max<std::size_t>(1, limits::read_job_bytes_max / chunk_bytes_);
    std::size_t holes = 0;
    while (job->chunks.size() < count_max && (is_stream() || next_index_ < chunk_count_)) {
        const std::uint32_t index = next_index_++;
        if (index >= limits::chunks_max) break;
        if (sparse_ && in_hole(index)) {
            put_zeros(index);
            if (++holes < limits::holes_at_once) continue;
            break;
        }
        read_chunk chunk;
        chunk.index = index;
        if (theirs_.has(index)) {
            chunk.present = true;
            chunk.expected = theirs_.at(index);
            if (same_source_) {
                digests_.put(index, chunk.expected);
                const std::uint64_t offset = std::uint64_t{index} * chunk_bytes_;
                if (count_resumed_)
                    owner_.counts_.resumed_bytes +=
                        std::min<std::uint64_t>(chunk_bytes_, item_->size - offset);
                continue;
            }
        }
        job->chunks.push_back(std::move(chunk));
    }
    if (!is_stream() && next_index_ >= chunk_count_) at_end_ = true;
    if (job->chunks.empty() && holes == 0) {
        if (is_stream()) {
            withdraw(make_error_code(error_code::quota_exceeded));
        } else {
            finish_when_read();
        }
        return false;
    }
    ++reads_;
    ++owner_.read_jobs_;
    job->packs = owner_.packs_now();
    const auto self = shared_from_this();
    owner_.run([self, job] { self->read(*job); },
               [self, job] {
                   --self->reads_;
                   self->owner_.waits_.add_job(job->times);
                   self->owner_.note_packing(job->packing);
                   self->on_read(*job);
               },
               [owner = &owner_] { --owner->read_jobs_; });
    return true;
}

void outgoing_file::read(read_job& job) {
    for (read_chunk& chunk : job.chunks) {
        job.error = read_one(chunk, job);
        if (job.error || job.at_end) break;
    }
    if (job.error || is_stream()) return;
    const auto info = file_->info();
    if (!info) {
        job.error = info.error();
    } else if (info->size != item_->size || (item_->identity != 0 && identity_of(*info) != item_->identity)) {
        job.error = make_error_code(error_code::source_changed);
    }
}

std::error_code outgoing_file::read_one(read_chunk& chunk, read_job& job) {
    const seam::clock& time = owner_.around_.loop;
    upload::chunk head{.file_no = file_no_, .index = chunk.index, .digest = {}, .data = {}};
    const std::size_t prefix_bytes = protocol::frame::frame_bytes(head);
    const std::uint64_t offset = std::uint64_t{chunk.index} * chunk_bytes_;
    const std::size_t expected =
        is_stream() ? chunk_bytes_ : std::min<std::uint64_t>(chunk_bytes_, item_->size - offset);
    stream::slice frame =
        owner_.around_.buffers.allocate(prefix_bytes + expected, stream::contents::unspecified);
    const auto room = frame.mutable_bytes();
    const auto began = time.mono_now();
    const auto got = file_->read_at(room.subspan(prefix_bytes), offset);
    const auto read = time.mono_now();
    job.times.disk += read - began;
    if (!got) return got.error();
    if (*got < expected && !is_stream()) return make_error_code(error_code::source_changed);
    job.at_end = *got < expected;
    chunk.bytes = *got;
    if (*got == 0) return {};
    const auto content = room.subspan(prefix_bytes, *got);
    chunk.of = digest_of(content);
    chunk.zeros = !is_stream() && is_all_zeros(content);
    job.times.cpu += time.mono_now() - read;
    if (chunk.zeros) return {};
    if (chunk.present && chunk.of == chunk.expected) return {};
    head.digest = chunk.of;
    protocol::frame::encode_prefix_to(room, head, *got);
    frame.drop_back(expected - *got);
    chunk.frame = std::move(frame);
    chunk.wire_bytes = *got;
    if (job.packs) pack_chunk(chunk, job);
    return {};
}

void outgoing_file::pack_chunk(read_chunk& chunk, read_job& job) {
    const seam::clock& time = owner_.around_.loop;
    const auto began = time.mono_now();
    auto packed = pack(chunk.frame, owner_.around_.buffers);
    const auto took = time.mono_now() - began;
    job.times.cpu += took;
    job.packing.plain_bytes += chunk.bytes;
    job.packing.time += took;
    if (!packed) return;
    job.packing.shorter = true;
    chunk.frame = std::move(packed->frame);
    chunk.wire_bytes = packed->data_bytes;
}

void outgoing_file::on_read(read_job& job) {
    if (state_ != state::sending) return;
    if (job.error) return withdraw(job.error);
    for (read_chunk& chunk : job.chunks) {
        if (chunk.bytes == 0) break;
        size_ += chunk.bytes;
        if (chunk.zeros) {
            put_zeros(chunk.index);
            continue;
        }
        digests_.put(chunk.index, chunk.of);
        if (chunk.frame.empty()) {
            if (count_resumed_) owner_.counts_.resumed_bytes += chunk.bytes;
        } else {
            ++chunks_sent_;
            owner_.make_ready(std::move(chunk.frame), chunk.wire_bytes);
        }
    }
    if (job.at_end) {
        at_end_ = true;
        chunk_count_ = digests_.count();
    }
    send_zeros();
    finish_when_read();
}

void outgoing_file::finish_when_read() {
    if (state_ != state::sending || !at_end_ || reads_ > 0 || digests_.count() < chunk_count_) return;
    state_ = state::finished;
    file_.reset();
    content_ = digests_.value();
    const upload::finish finish{.file_no = file_no_,
                                .size = is_stream() ? size_ : item_->size,
                                .digest = content_,
                                .chunks = chunks_sent_};
    owner_.make_ready(stream::slice::copy_of(protocol::frame::encode(finish)), 0);
}

void outgoing_file::withdraw(std::error_code why) {
    state_ = state::finished;
    // The file stays open: another read of it may be running.
    const upload::withdraw message{.file_no = file_no_, .code = static_cast<std::uint16_t>(code_of(why))};
    owner_.make_ready(stream::slice::copy_of(protocol::frame::encode(message)), 0);
}

void outgoing_file::on_progress(const upload::progress& now) {
    told_received_ = now.received_bytes;
    told_durable_ = now.durable_bytes;
}

}  // namespace common::transfer
