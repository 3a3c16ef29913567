#include "common/transfer/receiver.hpp"

#include "common/transfer/incoming_file.hpp"
#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

namespace {

// What a small file costs beside its content while it waits.
constexpr std::size_t small_file_overhead_bytes = 512;

std::size_t waiting_cost(const small_file& file) {
    return file.content.size() + file.target.size() + small_file_overhead_bytes;
}

}  // namespace

std::shared_ptr<receiver> receiver::create(const receiver_surroundings& around, receiver_settings settings,
                                           channel& peer, receiver_events& events) {
    return std::shared_ptr<receiver>(new receiver(around, std::move(settings), peer, events));
}

receiver::receiver(const receiver_surroundings& around, receiver_settings settings, channel& peer,
                   receiver_events& events)
    : around_(around),
      settings_(std::move(settings)),
      events_(&events),
      waiting_(limits::inbound_high_bytes, limits::inbound_low_bytes),
      run_(around.random.next_u64()) {
    lanes_.begin(peer);
    waiting_.on_pause([this] { lanes_.pause_reading(); });
    waiting_.on_resume([this] { lanes_.resume_reading(); });
}

receiver::~receiver() = default;

error_code receiver::on_frame(const transport::incoming_frame& frame, std::uint16_t lane) {
    if (stopped()) return error_code::unexpected;
    // What was on its way over another lane.
    if (done_) return lanes_.several() ? error_code::none : error_code::unexpected;
    account();
    switch (frame.header.type) {
        case upload::waits::type:
            return on_waits(frame);
        case upload::taken::type:
            return on_taken(frame, lane);
        case upload::lost::type:
            return on_lost(frame);
        default:
            break;
    }
    const auto error = take_frame(frame);
    if (error == error_code::none) lanes_.count_in(lane, frame.payload.size(), false);
    return error;
}

// Over several lanes each of these may come in another order, and twice.
error_code receiver::take_frame(const incoming_frame& frame) {
    switch (frame.header.type) {
        case upload::offer::type:
            return on_offer(frame);
        case upload::chunk::type:
            return on_chunk(frame);
        case upload::zeros::type:
            return on_zeros(frame);
        case upload::finish::type:
            return on_finish(frame);
        case upload::withdraw::type:
            return on_withdraw(frame);
        case upload::end::type:
            return on_end(frame);
        case upload::ask::type:
            return on_ask(frame);
        case upload::packed::type:
            return on_packed(frame);
        default:
            return error_code::unexpected;
    }
}

error_code receiver::on_offer(const incoming_frame& frame) {
    upload::offer offer;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, offer);
        error != error_code::none)
        return error;
    if (settings_.dry_run) return error_code::unexpected;
    if (!offered_.insert(offer.file_no)) return lanes_.several() ? error_code::none : error_code::unexpected;
    if (ended_ || unsettled_.size() >= limits::offers_in_flight_max) return error_code::unexpected;
    if (!settings_.keep_mode) offer.mode = 0;
    if (!settings_.keep_mtime) offer.mtime_ns = 0;
    if (!unsettled_.insert(offer.file_no).second) return error_code::unexpected;
    ++offers_;
    end_when_whole();
    events_->on_offer(offer.kind, offer.size);

    const std::string target = local_path(offer.path);
    const bool folder = is_folder(offer.kind);
    if (const auto error = check_entry(offer.kind, offer.path, target); error != error_code::none) {
        refuse(offer, make_error_code(error));
        return error_code::none;
    }
    if (offer.size != upload::size_unknown && offer.size > settings_.file_bytes_max) {
        refuse(offer, make_error_code(error_code::quota_exceeded));
        return error_code::none;
    }
    if (offer.chunk_bytes != 0) {
        if (offer.kind != upload::entry_kind::file || !offer.content.empty()) return error_code::malformed;
        return admit_large(offer, target);
    }
    if (offer.size != offer.content.size() || (folder && offer.size != 0)) return error_code::malformed;
    if (offer.kind == upload::entry_kind::link) {
        const auto bytes = std::as_bytes(std::span{offer.content});
        const std::string_view leads_to{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        if (!upload::link_stays_inside(target.substr(offered_begin()), leads_to)) {
            refuse(offer, make_error_code(error_code::link_leads_out));
            return error_code::none;
        }
    }
    if (const auto error = around_.allowance.take(offer.size)) {
        refuse(offer, error);
        return error_code::none;
    }
    small_file file{.file_no = offer.file_no,
                    .kind = offer.kind,
                    .target = target,
                    .mtime_ns = offer.mtime_ns,
                    .mode = offer.mode,
                    .digest = offer.digest,
                    .content = frame.keep(offer.content)};
    const std::size_t cost = waiting_cost(file);
    small_bytes_ += cost;
    small_.push_back(std::move(file));
    waiting_.add(cost);
    store_batch();
    return error_code::none;
}

error_code receiver::admit_large(const upload::offer& offer, std::string target) {
    const std::uint64_t chunks_max = limits::chunks_max;
    if (offer.chunk_bytes < limits::chunk_bytes_min || offer.chunk_bytes > limits::chunk_bytes_max ||
        large_.size() >= limits::chunked_offers_in_flight_max) {
        return error_code::malformed;
    }
    if (offer.size != upload::size_unknown && offer.size > chunks_max * offer.chunk_bytes) {
        return error_code::malformed;
    }
    const std::uint64_t taken = offer.size == upload::size_unknown ? 0 : offer.size;
    if (const auto error = around_.allowance.take(taken)) {
        refuse(offer, error);
        return error_code::none;
    }
    const auto file = std::make_shared<incoming_file>(*this, offer, std::move(target));
    large_.emplace(offer.file_no, file);
    file->begin();
    return error_code::none;
}

std::string receiver::local_path(std::string_view offered) const {
    if (settings_.rename_to.empty()) return join_path(settings_.folder, offered);
    const auto rest = offered.substr(std::min(offered.size(), offered.find('/')));
    return join_path(settings_.folder, settings_.rename_to + std::string{rest});
}

error_code receiver::check_entry(upload::entry_kind kind, std::string_view offered, std::string_view target) {
    if (upload::check_path(offered) != upload::name_fault::none ||
        upload::check_path(target) != upload::name_fault::none) {
        return error_code::bad_name;
    }
    const bool known =
        kind == upload::entry_kind::file || kind == upload::entry_kind::link || is_folder(kind);
    return known ? error_code::none : error_code::unsupported;
}

error_code receiver::on_end(const incoming_frame& frame) {
    upload::end end;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, end);
        error != error_code::none)
        return error;
    if (end_offers_) {
        return lanes_.several() && end.offers == *end_offers_ ? error_code::none : error_code::unexpected;
    }
    if (end.offers < offers_ || (end.offers > offers_ && !lanes_.several())) return error_code::unexpected;
    end_offers_ = end.offers;
    end_when_whole();
    flush_outcomes();
    return error_code::none;
}

void receiver::refuse(const upload::offer& offer, std::error_code why) {
    settle(offer.file_no, offer.kind, local_path(offer.path), upload::status::failed, why, {}, 0);
    flush_outcomes();
}

void receiver::store_batch() {
    if (batch_running_ || small_.empty() || stopped()) return;
    std::vector<small_file> next;
    std::size_t bytes = 0;
    const std::size_t count = std::min(small_.size(), limits::batch_files_max);
    std::size_t taken = 0;
    while (taken < count && (taken == 0 || bytes < limits::batch_bytes_max)) {
        bytes += waiting_cost(small_[taken]);
        next.push_back(std::move(small_[taken++]));
    }
    small_.erase(small_.begin(), small_.begin() + static_cast<std::ptrdiff_t>(taken));
    small_bytes_ -= bytes;

    auto batch = std::make_shared<const std::vector<small_file>>(std::move(next));
    auto stored = std::make_shared<std::vector<stored_file>>();
    const batch_settings settings{.on_conflict = settings_.on_conflict,
                                  .durability = settings_.durability,
                                  .staging_prefix = std::string{small_prefix} + std::to_string(run_) + "-" +
                                                    std::to_string(++batches_) + "-",
                                  .reserve_bytes = settings_.reserve_bytes,
                                  .checksum = settings_.checksum};
    batch_running_ = true;
    run([batch, stored, settings,
         &disk = around_.disk] { *stored = store_small_files(disk, *batch, settings); },
        [this, batch, stored, bytes] {
            batch_running_ = false;
            on_batch(*batch, *stored);
            waiting_.remove(bytes);
            store_batch();
        });
}

void receiver::on_batch(const std::vector<small_file>& batch, const std::vector<stored_file>& stored) {
    assert(batch.size() == stored.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const stored_file& file = stored[i];
        const std::uint64_t size = batch[i].content.size();
        around_.allowance.give_back(size - file.bytes + file.replaced_bytes);
        counts_.received_bytes += size;
        if (file.error) {
            settle(file.file_no, batch[i].kind, batch[i].target, upload::status::failed, file.error, {}, 0);
            continue;
        }
        counts_.durable_bytes += size;
        const auto status = file.skipped ? upload::status::skipped : upload::status::stored;
        settle(file.file_no, batch[i].kind, batch[i].target, status, {}, file.renamed_to, file.bytes,
               {.chunk_bytes = 0, .of = batch[i].digest});
    }
    if (!stopped()) events_->on_counts(counts_);
    flush_outcomes();
}

void receiver::run(seam::handler work, seam::handler done) {
    ++jobs_;
    account();
    around_.pool.run(around_.loop, std::move(work), [self = shared_from_this(), done = std::move(done)] {
        done();
        --self->jobs_;
        self->account();
        self->tell_when_stopped();
    });
}

std::string_view receiver::offered_path(std::string_view target) const {
    return target.substr(offered_begin());
}

void receiver::count(upload::status status, std::uint64_t bytes) {
    switch (status) {
        case upload::status::stored:
        case upload::status::resumed:
            ++counts_.files.stored;
            counts_.files.bytes += bytes;
            break;
        case upload::status::skipped:
            ++counts_.files.skipped;
            break;
        case upload::status::failed:
            ++counts_.files.failed;
            break;
    }
}

void receiver::settle(std::uint32_t file_no, upload::entry_kind kind, std::string_view target,
                      upload::status status, std::error_code why, std::string_view renamed_to,
                      std::uint64_t bytes, const content_proof& content) {
    unsettled_.erase(file_no);
    const auto code = why ? code_of(why) : error_code::none;
    count(status, bytes);
    if (stopped()) return;
    const std::string_view path = renamed_to.empty() ? std::string_view{} : offered_path(renamed_to);
    const auto number = static_cast<std::uint16_t>(code);
    outcomes_.push_back({file_no, status, number, std::string{path}});
    events_->on_outcome({.path = offered_path(target),
                         .outcome = {.file_no = file_no, .status = status, .code = number, .path = path},
                         .bytes = bytes,
                         .content = content,
                         .kind = kind});
}

void receiver::flush_outcomes() {
    if (stopped()) return;
    for (std::size_t begin = 0; begin < outcomes_.size(); begin += limits::outcomes_max) {
        upload::stored told;
        const std::size_t end = std::min(outcomes_.size(), begin + limits::outcomes_max);
        for (std::size_t i = begin; i < end; ++i) {
            const told_outcome& each = outcomes_[i];
            told.outcomes.push_back(
                {.file_no = each.file_no, .status = each.status, .code = each.code, .path = each.path});
        }
        tell(stream::slice::copy_of(protocol::frame::encode(told)));
    }
    outcomes_.clear();
    conclude_when_told();
}

std::vector<file_under_way> receiver::files_under_way(std::size_t count_max) const {
    std::vector<file_under_way> found;
    for (const auto& [number, file] : large_) found.push_back(file->progress());
    return furthest_first(std::move(found), count_max);
}

void receiver::forget_file(std::uint32_t file_no) {
    large_.erase(file_no);
}

void receiver::set_held_back(bool held_back) {
    held_back_ = held_back;
    account();
}

// The disk is waited for when it keeps the connection from being read, or when nothing more will come.
void receiver::account() {
    const bool disk = waiting_.above_high() || (ended_ && jobs_ > 0);
    const auto now = around_.loop.mono_now();
    waits_.enter(disk ? stage::disk : held_back_ ? stage::limit : ended_ ? stage::peer : stage::link, now);
    if (!stopped() && waits_.due(now)) send_message(lanes_.oldest(), to_message(waits()));
}

wait_times receiver::waits() const {
    return receiver_waits(waits_.look(around_.loop.mono_now()), stopped() ? last_link_ : lanes_.times());
}

void receiver::stop(seam::handler finished) {
    assert(!stopped());
    last_link_ = lanes_.times();
    const auto self = shared_from_this();  // finished() may let go of it before this function ends
    if (waiting_.above_high()) lanes_.resume_reading();
    lanes_.clear();
    stopped_ = true;
    events_ = nullptr;
    for (const small_file& file : small_) around_.allowance.give_back(file.content.size());
    small_.clear();
    questions_.clear();
    on_stopped_ = std::move(finished);
    // Ending a file may remove it from the map.
    const auto files = large_;
    for (const auto& [number, file] : files) file->stop();
    around_.loop.post([self] { self->tell_when_stopped(); });
}

void receiver::tell_when_stopped() {
    if (!stopped() || jobs_ != 0 || !large_.empty() || !on_stopped_) return;
    const auto finished = std::exchange(on_stopped_, nullptr);
    finished();
}

}  // namespace common::transfer
