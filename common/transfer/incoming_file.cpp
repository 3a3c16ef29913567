#include "common/transfer/incoming_file.hpp"

#include "common/seam/mutation.hpp"
#include "common/transfer/modes.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using seam::mutated;
using seam::mutation;
using upload::size_unknown;

namespace {

std::uint32_t chunks_in(std::uint64_t bytes, std::uint32_t chunk_bytes) {
    return static_cast<std::uint32_t>((bytes + chunk_bytes - 1) / chunk_bytes);
}

}  // namespace

incoming_file::incoming_file(receiver& owner, const upload::offer& offer, std::string target)
    : owner_(owner),
      file_no_(offer.file_no),
      target_(std::move(target)),
      request_{.owner = owner.settings_.owner,
               .path = target_,
               .size = offer.size,
               .mtime_ns = offer.mtime_ns,
               .source = offer.identity,
               .chunk_bytes = offer.chunk_bytes,
               .generation = owner.around_.random.next_u64(),
               .reserve_bytes = owner.settings_.reserve_bytes,
               .allocated_bytes = std::min(offer.size, offer.allocated_bytes.value_or(offer.size)),
               .sample = offer.sample,
               .checksum = owner.settings_.checksum,
               .durability = owner.settings_.durability},
      mode_(offer.mode == 0 ? default_file_mode : offer.mode & mode_mask),
      taken_bytes_(offer.size == size_unknown ? 0 : offer.size),
      mark_timer_(owner.around_.loop) {}

void incoming_file::begin() {
    const std::weak_ptr<incoming_file> weak = weak_from_this();
    ticket_ = owner_.around_.claims.claim(
        owner_.around_.loop, staging_name(request_.owner, request_.path),
        [weak] {
            if (const auto self = weak.lock()) self->open();
        },
        [weak] {
            if (const auto self = weak.lock()) self->fail(error_code::superseded);
        });
}

void incoming_file::open() {
    if (state_ != state::claiming) return;
    state_ = state::opening;
    writing_ = true;
    auto found = std::make_shared<opened>();
    const auto work = [found, &around = owner_.around_, request = request_, &settings = owner_.settings_] {
        seam::disk& disk = around.disk;
        std::optional<seam::file_info> replaced;
        if (const auto there = disk.info(request.path)) {
            found->left_theirs = request.size != size_unknown && !request.checksum &&
                                 is_same_file(*there, request.size, request.mtime_ns);
            if (found->left_theirs) {
                // Whoever put it there may have died before its name was synced.
                touched_folders touched;
                touched.add_parent_of(request.path);
                if (request.durability == durability::full) found->error = touched.sync(disk);
                return;
            }
            const auto what =
                judge_conflict(settings.on_conflict, *there, request.mtime_ns, upload::entry_kind::file);
            found->left_theirs = what == upload::verdict::passed;
            if (what == upload::verdict::conflict) found->error = make_error_code(std::errc::file_exists);
            if (found->left_theirs || found->error) return;
            if (what == upload::verdict::replace) replaced = *there;
        }
        std::string base = find_base(request, settings, around, replaced);
        staging_request what = request;
        // What is copied is not of this source: after an interruption it must be compared again.
        if (!base.empty()) what.source = 0;
        auto staging = open_staged(disk, what);
        if (!staging) {
            found->error = staging.error();
            return;
        }
        found->staging = *std::move(staging);
        if (found->staging.chunks.count() == 0) found->base = std::move(base);
    };
    owner_.run(work, [self = shared_from_this(), found] {
        self->writing_ = false;
        self->on_open(std::move(*found));
    });
}

void incoming_file::on_open(opened found) {
    if (found.error) return end(upload::status::failed, found.error, {}, 0);
    if (found.left_theirs) return end(upload::status::skipped, {}, {}, 0);
    staged_ = std::move(found.staging.file);
    chunks_ = std::move(found.staging.chunks);
    chunks_.for_each_durable_run(limits::run_chunks_max, [&](std::uint32_t first, seam::const_bytes digests) {
        const auto count = static_cast<std::uint32_t>(digests.size() / limits::digest_bytes);
        for (std::uint32_t i = 0; i < count; ++i) resumed_bytes_ += bytes_of(first + i);
    });
    received_bytes_ = durable_bytes_ = resumed_bytes_;
    // What an earlier run left is still taken.
    if (request_.size == size_unknown) {
        taken_bytes_ = resumed_bytes_;
    } else {
        owner_.around_.allowance.give_back(resumed_bytes_);
    }
    owner_.counts_.resumed_bytes += resumed_bytes_;
    owner_.counts_.durable_bytes += resumed_bytes_;
    if (state_ == state::ending) return pump();
    if (!found.base.empty()) return copy_base(std::move(found.base));
    begin_receiving();
}

void incoming_file::begin_receiving() {
    state_ = state::receiving;
    tell_wanted();
}

void incoming_file::tell_wanted() {
    upload::wanted answer{.file_no = file_no_,
                          .chunk_bytes = staged_.chunk_bytes,
                          .same_source = staged_.same_source,
                          .more = false,
                          .present = {}};
    std::size_t chunks = 0;
    chunks_.for_each_durable_run(limits::run_chunks_max, [&](std::uint32_t first, seam::const_bytes digests) {
        const std::size_t count = digests.size() / limits::digest_bytes;
        if (answer.present.size() == limits::runs_max || chunks + count > limits::wanted_chunks_max) {
            answer.more = true;
            owner_.answer_large(answer);
            answer.present.clear();
            chunks = 0;
        }
        answer.present.push_back({.first = first, .digests = protocol::wire::bytes_view{digests}});
        chunks += count;
    });
    answer.more = false;
    owner_.answer_large(answer);
    if (resumed_bytes_ > 0) tell_progress();
}

void incoming_file::tell_progress() {
    if (owner_.stopped()) return;
    send_message(owner_.lanes_.oldest(), upload::progress{.file_no = file_no_,
                                                          .received_bytes = received_bytes_,
                                                          .durable_bytes = durable_bytes_});
    owner_.events_->on_counts(owner_.counts_);
}

file_under_way incoming_file::progress() const {
    return {.path = std::string{owner_.offered_path(target_)},
            .bytes = request_.size == size_unknown ? 0 : request_.size,
            .received = received_bytes_};
}

std::uint64_t incoming_file::bytes_of(std::uint32_t index) const {
    if (request_.size == size_unknown) {
        return last_seen_ && index == last_index_ ? last_bytes_ : staged_.chunk_bytes;
    }
    const std::uint64_t offset = std::uint64_t{index} * staged_.chunk_bytes;
    return offset >= request_.size ? 0 : std::min<std::uint64_t>(staged_.chunk_bytes, request_.size - offset);
}

error_code incoming_file::check_place(std::uint32_t index, std::size_t bytes) {
    if (index >= limits::chunks_max || bytes == 0 || bytes > staged_.chunk_bytes)
        return error_code::malformed;
    if (request_.size != size_unknown)
        return bytes == bytes_of(index) ? error_code::none : error_code::malformed;
    if (bytes < staged_.chunk_bytes) {
        if (last_seen_ && (index != last_index_ || bytes != last_bytes_)) return error_code::malformed;
        last_seen_ = true;
        last_index_ = index;
        last_bytes_ = bytes;
        return error_code::none;
    }
    return last_seen_ && index >= last_index_ ? error_code::malformed : error_code::none;
}

error_code incoming_file::on_chunk(const upload::chunk& chunk, stream::slice data) {
    if (state_ == state::ending || state_ == state::ended) return error_code::none;
    const bool repeated = chunks_.has(chunk.index) && chunks_.at(chunk.index) == chunk.digest;
    if (repeated && owner_.lanes_.several()) return error_code::none;
    if (state_ != state::receiving || finish_asked_) return error_code::unexpected;
    if (const auto error = check_place(chunk.index, data.size()); error != error_code::none) return error;
    if (!chunks_.has(chunk.index) && request_.size == size_unknown) {
        const std::uint64_t size = std::uint64_t{chunk.index} * staged_.chunk_bytes + data.size();
        const auto error = size > owner_.settings_.file_bytes_max
                               ? make_error_code(error_code::quota_exceeded)
                               : owner_.around_.allowance.take(data.size());
        if (error) {
            fail(error);
            return error_code::none;
        }
        taken_bytes_ += data.size();
    }
    const auto error = take({.index = chunk.index, .of = chunk.digest, .data = std::move(data)});
    return error == error_code::none ? after_chunks() : error;
}

error_code incoming_file::after_chunks() {
    pump();
    if (early_finish_ && early_finish_->chunks == chunks_came_) return on_finish(*early_finish_);
    return error_code::none;
}

error_code incoming_file::take(piece next) {
    bool overwrites = false;
    if (chunks_.has(next.index)) {
        if (chunks_.at(next.index) == next.of) return error_code::none;
        // Only what an earlier run left may have become wrong; this run says everything once.
        if (!chunks_.durable(next.index)) return error_code::unexpected;
        overwrites = true;
    }
    ++chunks_came_;
    owner_.waiting_.add(next.cost());
    if (overwrites) {
        durable_bytes_ -= next.bytes();
        received_bytes_ -= next.bytes();
        owner_.counts_.durable_bytes -= next.bytes();
    }
    chunks_.put(next.index, next.of);
    if (overwrites) {
        parked_.push_back(std::move(next));
    } else {
        queue_.push_back(std::move(next));
    }
    return error_code::none;
}

error_code incoming_file::on_zeros(const upload::zeros& zeros) {
    if (state_ == state::ending || state_ == state::ended) return error_code::none;
    if (state_ != state::receiving || finish_asked_) {
        // A lost lane's frames come again, also when they had arrived.
        return owner_.lanes_.several() ? error_code::none : error_code::unexpected;
    }
    if (request_.size == size_unknown || zeros.count == 0 || zeros.count > limits::zeros_max) {
        return error_code::malformed;
    }
    const std::uint32_t chunks = chunks_in(request_.size, staged_.chunk_bytes);
    if (zeros.first >= chunks || zeros.count > chunks - zeros.first) return error_code::malformed;
    digest whole{};
    if (bytes_of(zeros.first) == staged_.chunk_bytes) whole = digest_of_zeros(staged_.chunk_bytes);
    for (std::uint32_t i = 0; i < zeros.count; ++i) {
        const std::uint32_t index = zeros.first + i;
        const std::uint64_t bytes = bytes_of(index);
        const digest of =
            bytes == staged_.chunk_bytes ? whole : digest_of_zeros(static_cast<std::size_t>(bytes));
        if (const auto error = take({.index = index, .of = of, .data = {}, .zeros = bytes});
            error != error_code::none) {
            return error;
        }
    }
    return after_chunks();
}

error_code incoming_file::on_finish(const upload::finish& finish) {
    if (state_ == state::ending || state_ == state::ended) return error_code::none;
    if (owner_.lanes_.several()) {
        if (state_ != state::receiving || finish_asked_) return error_code::none;
        // Chunks may still be on their way on another lane; which they are shows when all are here.
        if (finish.chunks && *finish.chunks > chunks_came_) {
            early_finish_ = finish;
            return error_code::none;
        }
    }
    if (state_ != state::receiving || finish_asked_) return error_code::unexpected;
    if (request_.size == size_unknown) {
        // An earlier stream of this name may have been longer.
        chunks_.erase_from(chunks_in(std::min(finish.size, limits::file_bytes_max), staged_.chunk_bytes));
        const std::uint32_t count = chunks_.count();
        const bool whole = !last_seen_ || last_index_ + 1 == count;
        const std::uint64_t size =
            count == 0 ? 0 : std::uint64_t{count - 1} * staged_.chunk_bytes + bytes_of(count - 1);
        if (!whole || finish.size != size) return error_code::malformed;
    } else if (finish.size != request_.size) {
        return error_code::malformed;
    }
    const std::uint32_t count = chunks_.count();
    if (chunks_in(finish.size, staged_.chunk_bytes) != count || (count > 0 && !chunks_.has(count - 1))) {
        return error_code::unexpected;
    }
    for (std::uint32_t index = 0; index < count; ++index) {
        if (!chunks_.has(index)) return error_code::unexpected;
    }
    if (chunks_.value() != finish.digest && !mutated(mutation::skip_final_digest)) {
        // What is staged cannot become this file; the next run begins anew.
        discard_ = true;
        fail(error_code::verification_failed);
        return error_code::none;
    }
    request_.size = finish.size;
    finish_asked_ = true;
    pump();
    return error_code::none;
}

void incoming_file::fail(std::error_code why) {
    if (state_ == state::ending || state_ == state::ended || state_ == state::finishing) return;
    wind_down(why);
}

void incoming_file::stop() {
    drop_queued();
    fail(error_code::shutting_down);
}

void incoming_file::drop_queued() {
    for (const piece& each : queue_) owner_.waiting_.remove(each.cost());
    for (const piece& each : parked_) owner_.waiting_.remove(each.cost());
    queue_.clear();
    parked_.clear();
}

void incoming_file::wind_down(std::error_code why) {
    why_ending_ = why;
    state_ = state::ending;
    drop_queued();
    pump();
}

void incoming_file::end(upload::status status, std::error_code why, std::string_view renamed_to,
                        std::uint64_t bytes) {
    const auto keep_alive = shared_from_this();
    state_ = state::ended;
    mark_timer_.stop();
    content_proof content{.chunk_bytes = staged_.chunk_bytes, .of = {}};
    if (!why && bytes > 0) content.of = chunks_.value();
    staged_ = {};
    ticket_.reset();
    // What is staged for the next run stays taken.
    const bool waits = status == upload::status::failed && !discard_;
    const std::uint64_t kept = waits ? std::min(durable_bytes_, taken_bytes_) : bytes;
    owner_.around_.allowance.give_back(taken_bytes_ - kept);
    owner_.settle(file_no_, upload::entry_kind::file, target_, status, why, renamed_to, bytes, content);
    owner_.forget_file(file_no_);
    owner_.flush_outcomes();
    owner_.tell_when_stopped();
}

}  // namespace common::transfer
