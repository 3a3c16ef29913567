// The two lanes of an incoming file: writing chunks, and making them durable.
#include "common/seam/mutation.hpp"
#include "common/transfer/content_index.hpp"
#include "common/transfer/incoming_file.hpp"
#include "common/transfer/outgoing.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using seam::mutated;
using seam::mutation;

namespace {

// Later it may be found again under another name. Without it only speed is lost.
void note_stored(content_index& index, const staging_request& request, const std::string& path,
                 seam::file& file) {
    const auto info = file.info();
    const auto sample = sample_of(file);
    if (!info || !sample) return;
    index.add(request.owner,
              {.path = path, .size = info->size, .sample = *sample, .identity = identity_of(*info)});
}

}  // namespace

void incoming_file::pump() {
    if (state_ == state::ending) {
        if (!idle()) return;
        if (!written_.empty() && !disk_failed_ && !discard_ && staged_.data) return mark_durable();
        if (discard_ && staged_.data) {
            // Best effort: without its journal the data is only litter until it expires.
            marking_ = true;
            auto file = std::make_shared<staged_file>(std::move(staged_));
            staged_ = {};
            return owner_.run(
                [file, &disk = owner_.around_.disk] {
                    if (!file->remove_journal(disk)) disk.remove(file->data_path);
                },
                [self = shared_from_this()] {
                    self->marking_ = false;
                    self->pump();
                });
        }
        return end(upload::status::failed, why_ending_, {}, 0);
    }
    if (state_ != state::receiving) return;
    if (!writing_ && !queue_.empty()) write_some();
    if (!marking_ && !parked_.empty()) forget_some();
    if (!marking_ && !finish_asked_ && (mark_due_ || unsynced_bytes_ >= limits::unsynced_bytes_max)) {
        mark_durable();
    }
    if (finish_asked_ && idle() && queue_.empty() && parked_.empty()) finalize();
}

void incoming_file::write_some() {
    auto pieces = std::make_shared<std::vector<piece>>();
    std::size_t bytes = 0;
    while (!queue_.empty() && (pieces->empty() || bytes < limits::write_job_bytes_max)) {
        bytes += queue_.front().cost();
        pieces->push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    writing_ = true;
    auto failed = std::make_shared<std::error_code>();
    auto times = std::make_shared<job_times>();
    const auto work = [self = shared_from_this(), pieces, failed, times, size = request_.size,
                       &time = owner_.around_.loop] {
        staged_file& to = self->staged_;
        const auto began = time.mono_now();
        for (const piece& each : *pieces) {
            const std::uint64_t offset = std::uint64_t{each.index} * to.chunk_bytes;
            const auto arrived = time.mono_now();
            const bool intact = each.zeros != 0 || digest_of(each.data.bytes()) == each.of;
            times->cpu += time.mono_now() - arrived;
            if (each.zeros != 0) {
                *failed = to.punch(offset, each.zeros);
            } else if (!intact) {
                *failed = make_error_code(error_code::verification_failed);
            } else {
                *failed = to.preallocate(offset + each.data.size(), size);
                if (!*failed) *failed = to.data->write_at(each.data.bytes(), offset);
            }
            if (*failed) return;
        }
        times->disk = time.mono_now() - began - times->cpu;
    };
    owner_.run(work, [self = shared_from_this(), pieces, failed, times] {
        self->writing_ = false;
        self->owner_.waits_.add_job(*times);
        self->on_written(*pieces, *failed);
    });
}

void incoming_file::on_written(std::vector<piece>& pieces, std::error_code error) {
    std::uint64_t bytes = 0;
    std::uint64_t zero_bytes = 0;
    for (const piece& each : pieces) {
        bytes += each.data.size();
        zero_bytes += each.zeros;
        owner_.waiting_.remove(each.cost());
        if (!error) written_.push_back({.index = each.index, .of = each.of});
    }
    pieces.clear();
    if (error) {
        // Which of the chunks were written is not known; they are not marked and will be sent again.
        if (state_ != state::ending) return wind_down(error);
        return pump();
    }
    received_bytes_ += bytes + zero_bytes;
    owner_.counts_.skipped_bytes += zero_bytes;
    unsynced_bytes_ += bytes;
    owner_.counts_.received_bytes += bytes;
    if (!mark_timer_.running() && !mark_due_) {
        mark_timer_.start(limits::unsynced_time_max, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self) return;
            self->mark_due_ = true;
            self->pump();
        });
    }
    tell_progress();
    pump();
}

void incoming_file::mark_durable() {
    mark_due_ = false;
    mark_timer_.stop();
    unsynced_bytes_ = 0;
    if (written_.empty()) return;
    marking_ = true;
    auto marked = std::make_shared<std::vector<received_chunk>>(std::exchange(written_, {}));
    auto failed = std::make_shared<std::error_code>();
    owner_.run([self = shared_from_this(), marked, failed] { *failed = self->staged_.mark(*marked); },
               [self = shared_from_this(), marked, failed] {
                   self->marking_ = false;
                   if (*failed) {
                       // A failed sync may have lost the data although the next one would succeed.
                       self->disk_failed_ = true;
                       if (self->state_ != state::ending) return self->wind_down(*failed);
                       return self->pump();
                   }
                   for (const received_chunk& each : *marked) {
                       self->chunks_.set_durable(each.index);
                       self->durable_bytes_ += self->bytes_of(each.index);
                       self->owner_.counts_.durable_bytes += self->bytes_of(each.index);
                   }
                   self->tell_progress();
                   self->pump();
               });
}

void incoming_file::forget_some() {
    marking_ = true;
    auto pieces = std::make_shared<std::vector<piece>>(std::exchange(parked_, {}));
    auto failed = std::make_shared<std::error_code>();
    const auto work = [self = shared_from_this(), pieces, failed] {
        std::vector<std::uint32_t> indices;
        for (const piece& each : *pieces) indices.push_back(each.index);
        *failed = self->staged_.forget(indices);
    };
    owner_.run(work, [self = shared_from_this(), pieces, failed] {
        self->marking_ = false;
        if (*failed) self->disk_failed_ = true;
        if (*failed || self->state_ == state::ending) {
            for (const piece& each : *pieces) self->owner_.waiting_.remove(each.cost());
            if (self->state_ != state::ending) return self->wind_down(*failed);
            return self->pump();
        }
        for (piece& each : *pieces) self->queue_.push_back(std::move(each));
        self->pump();
    });
}

void incoming_file::finalize() {
    state_ = state::finishing;
    mark_timer_.stop();
    struct outcome {
        std::error_code error;
        bool disk_failed = false;
        placed at;
    };
    auto result = std::make_shared<outcome>();
    const auto work = [self = shared_from_this(), result, &around = owner_.around_,
                       policy = owner_.settings_.on_conflict] {
        seam::disk& disk = around.disk;
        staged_file& file = self->staged_;
        const staging_request& request = self->request_;
        const bool full = request.durability == durability::full;
        const auto check = [&](std::error_code error) {
            if (error) result->error = error;
            return !error;
        };
        result->disk_failed = true;
        // Space was claimed in large steps, and an older version may have been longer.
        if (!check(file.data->resize(request.size)) || !check(file.data->set_mode(self->mode_))) return;
        if (request.mtime_ns != 0 && !check(file.data->set_mtime(request.mtime_ns))) return;
        const bool sync_first = !mutated(mutation::rename_before_sync);
        if (full && sync_first && !check(file.data->sync_all())) return;
        touched_folders touched;
        auto at = place(disk,
                        {.staged = file.data_path,
                         .target = request.path,
                         .on_conflict = policy,
                         .size = request.size,
                         .mtime_ns = request.mtime_ns,
                         .checksum = request.checksum},
                        touched);
        if (!at) {
            result->disk_failed = false;
            result->error = at.error();
            return;
        }
        if (full && !mutated(mutation::skip_folder_sync) && !check(touched.sync(disk))) return;
        if (full && !sync_first && !check(file.data->sync_all())) return;
        result->at = *std::move(at);
        if (around.index != nullptr) note_stored(*around.index, request, result->at.path, *file.data);
        // A journal without data is harmless: the next run finds the file under its final name.
        file.remove_journal(disk);
    };
    owner_.run(work, [self = shared_from_this(), result] {
        self->disk_failed_ = result->disk_failed && result->error;
        self->on_final(result->error, result->at);
    });
}

void incoming_file::on_final(std::error_code error, const placed& at) {
    if (error) return wind_down(error);
    owner_.counts_.durable_bytes += request_.size - durable_bytes_;
    owner_.around_.allowance.give_back(at.replaced_bytes);
    const std::string_view renamed_to = at.path != target_ ? std::string_view{at.path} : std::string_view{};
    if (at.left_theirs) return end(upload::status::skipped, {}, renamed_to, 0);
    end(resumed_bytes_ > 0 && !copied_ ? upload::status::resumed : upload::status::stored, {}, renamed_to,
        request_.size);
}

}  // namespace common::transfer
