#include "common/transfer/sender.hpp"

#include "common/transfer/limits.hpp"
#include "common/transfer/outgoing_file.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using protocol::wire::bytes_view;

std::shared_ptr<sender> sender::create(const sender_surroundings& around,
                                       std::shared_ptr<outgoing_source> source, sender_events& events,
                                       sender_settings settings) {
    return std::shared_ptr<sender>(new sender(around, std::move(source), events, settings));
}

sender::sender(const sender_surroundings& around, std::shared_ptr<outgoing_source> source,
               sender_events& events, sender_settings settings)
    : around_(around),
      source_(std::move(source)),
      events_(&events),
      settings_(settings),
      limit_timer_(around.loop) {}

sender::~sender() = default;

void sender::attach(channel& peer, const upload::opened& answer) {
    assert(lanes_.empty());
    lanes_.begin(peer);
    file_bytes_max_ = answer.file_bytes_max;
    packs_ = settings_.pack && answer.unpacks.value_or(false);
    asking_ = !answer.fresh || settings_.dry_run;
    next_file_no_ = 0;
    offers_ = 0;
    end_sent_ = false;
    pump();
}

void sender::detach() {
    if (!lanes_.empty()) {
        const auto link = lanes_.times();
        earlier_link_.reading += link.reading;
        earlier_link_.blocked += link.blocked;
    }
    lanes_.clear();
    ++generation_;
    limit_timer_.stop();
    ready_.clear();
    ready_bytes_ = 0;
    batch_.reset();
    questions_ = {};
    open_questions_.clear();
    wanted_.clear();
    for (const auto& [number, file] : large_) {
        counts_.received_bytes -= file->told_received();
        counts_.durable_bytes -= file->told_durable();
    }
    large_.clear();
    // In the order they were offered, in front of what was not.
    for (auto at = folder_ends_.rbegin(); at != folder_ends_.rend(); ++at) pending_.push_front(at->item);
    folder_ends_.clear();
    for (auto at = unanswered_.rbegin(); at != unanswered_.rend(); ++at) pending_.push_front(at->second.item);
    unanswered_.clear();
    // What was read of a stream is gone.
    const auto lost =
        std::ranges::find_if(pending_, [](const item_pointer& item) { return item->stream != nullptr; });
    if (lost == pending_.end() || !stream_begun_) return;
    const item_pointer item = *lost;
    pending_.erase(lost);
    tell_outcome({.item = *item, .error = make_error_code(std::errc::invalid_seek), .bytes = item->size});
}

void sender::run(seam::handler work, seam::handler done, seam::handler always) {
    around_.pool.run(around_.loop, std::move(work),
                     [self = shared_from_this(), generation = generation_, done = std::move(done),
                      always = std::move(always)] {
                         always();
                         if (self->generation_ != generation || self->lanes_.empty()) return;
                         done();
                         self->pump();
                     });
}

void sender::pump() {
    if (lanes_.empty() || done_) return;
    scan();
    take_pending();
    for (const auto& [number, file] : std::map{large_.begin(), large_.end()}) {
        while (room_to_read() && file->read_some()) {
        }
    }
    send_end();
    account();
}

void sender::account() {
    const bool working = read_jobs_ > 0 || batch_jobs_ > 0 || scanning_;
    const auto now = around_.loop.mono_now();
    waits_.enter(limit_timer_.running() ? stage::limit
                 : !ready_.empty()      ? stage::link
                 : working              ? stage::disk
                                        : stage::peer,
                 now);
    if (!lanes_.empty() && waits_.due(now)) send_message(lanes_.oldest(), to_message(waits()));
}

wait_times sender::waits() const {
    transport::link_times link = earlier_link_;
    link.blocked += lanes_.times().blocked;
    return sender_waits(waits_.look(around_.loop.mono_now()), link);
}

error_code sender::on_waits(const transport::incoming_frame& frame) {
    upload::waits told;
    const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
    if (error == error_code::none) peer_waits_ = from_message(told);
    return error;
}

bool sender::room_to_read() const {
    return read_jobs_ < limits::read_jobs_max &&
           ready_bytes_ + read_jobs_ * limits::read_job_bytes_max < limits::outbound_ready_bytes_max;
}

void sender::scan() {
    if (scanning_ || counts_.scanned || pending_.size() >= limits::scan_items_max) return;
    scanning_ = true;
    auto found = std::make_shared<std::vector<outgoing>>();
    auto error = std::make_shared<std::error_code>();
    const auto work = [source = source_, found, error] {
        auto next = source->next(limits::scan_items_max);
        if (next) {
            *found = *std::move(next);
        } else {
            *error = next.error();
        }
    };
    // The list belongs to the sender, not to a connection.
    around_.pool.run(around_.loop, work, [self = shared_from_this(), found, error] {
        self->scanning_ = false;
        if (*error || found->empty()) self->counts_.scanned = true;
        if (*error) self->events_->on_source_error(*error);
        for (outgoing& item : *found) {
            if (!upload::is_folder(item.kind)) ++self->counts_.found_files;
            if (item.size != upload::size_unknown) self->counts_.found_bytes += item.size;
            self->pending_.push_back(std::make_shared<const outgoing>(std::move(item)));
        }
        self->events_->on_counts(self->counts_);
        self->pump();
    });
}

void sender::take_pending() {
    offer_wanted();
    take_folder_ends();
    while (!pending_.empty() && unanswered_.size() + folder_ends_.size() < limits::offers_in_flight_max) {
        const item_pointer item = pending_.front();
        if (item->kind == upload::entry_kind::folder_end) {
            folder_ends_.push_back({item, next_file_no_});
        } else if (!take(item)) {
            break;
        }
        pending_.pop_front();
    }
    take_folder_ends();
    send_questions();
    if (batch_ && batch_jobs_ < limits::offer_jobs_max && ready_bytes_ < limits::outbound_ready_bytes_max) {
        start_batch();
    }
}

void sender::take_folder_ends() {
    while (!folder_ends_.empty()) {
        const folder_end& next = folder_ends_.front();
        if (!unanswered_.empty() && unanswered_.begin()->first < next.after) return;
        if (!take(next.item)) return;
        folder_ends_.pop_front();
    }
}

bool sender::take(const item_pointer& item) {
    if (settle_unsent(*item)) return true;
    if (asks_about(*item)) {
        if (!can_ask()) return false;
        ask_about(item);
        return true;
    }
    if (!can_offer(*item)) return false;
    const std::uint32_t number = next_file_no_++;
    unanswered_.emplace(number, offered_item{item});
    offer(number, item);
    return true;
}

bool sender::settle_unsent(const outgoing& item) {
    const bool too_large = item.size != upload::size_unknown && item.size > file_bytes_max_;
    if (item.error || too_large) {
        const auto error = item.error ? item.error : make_error_code(error_code::quota_exceeded);
        tell_outcome({.item = item, .error = error, .bytes = item.size});
        return true;
    }
    if (!settings_.dry_run || !item.stream) return false;
    // What a stream holds is only known when it is read.
    tell_outcome({.item = item, .status = upload::status::stored, .verdict = upload::verdict::send});
    return true;
}

bool sender::can_offer(const outgoing& item) {
    if (!offer_batch::suits(item)) return large_.size() < limits::chunked_offers_in_flight_max;
    if (!batch_ || batch_->has_room_for(item)) return true;
    if (batch_jobs_ >= limits::offer_jobs_max || ready_bytes_ >= limits::outbound_ready_bytes_max)
        return false;
    start_batch();
    return true;
}

void sender::offer(std::uint32_t file_no, const item_pointer& item) {
    if (offer_batch::suits(*item)) {
        if (!batch_) batch_ = std::make_unique<offer_batch>(around_.buffers);
        return batch_->add(file_no, item);
    }
    if (item->stream) stream_begun_ = true;
    const auto file = std::make_shared<outgoing_file>(*this, file_no, item);
    large_.emplace(file_no, file);
    file->begin();
}

void sender::start_batch() {
    ++batch_jobs_;
    const std::shared_ptr<offer_batch> batch = std::move(batch_);
    run([batch, &time = around_.loop, packs = packs_now()] { batch->build(time, packs); },
        [this, batch] {
            waits_.add_job(batch->times());
            note_packing(batch->packing());
            on_batch(*batch);
        },
        [this] { --batch_jobs_; });
}

void sender::on_batch(offer_batch& batch) {
    offers_ += batch.offers();
    for (const offer_batch::failure& each : batch.failures()) {
        settle(each.file_no, upload::status::failed, each.error, {});
    }
    for (const offer_batch::file_content& each : batch.contents()) {
        unanswered_.at(each.file_no).content = each.digest;
    }
    if (batch.offers() > 0) make_ready(batch.take_frames(), batch.wire_bytes(), batch.frame_count());
}

void sender::note_packing(const packing_trial& trial) {
    if (trial.tried()) packing_.on_packed(trial.plain_bytes, trial.time, trial.shorter);
}

void sender::send_end() {
    const bool offering =
        std::ranges::any_of(large_, [](const auto& each) { return !each.second->offered(); });
    const bool asking = !questions_.items.empty() || question_job_ || !open_questions_.empty();
    if (end_sent_ || !counts_.scanned || !pending_.empty() || batch_ || batch_jobs_ > 0 || offering) return;
    if (asking || !wanted_.empty() || !folder_ends_.empty()) return;
    end_sent_ = true;
    upload::end last{.offers = offers_};
    if (const auto left_out = source_->left_out(); left_out > 0) last.left_out = left_out;
    make_ready(stream::slice::copy_of(protocol::frame::encode(last)), 0);
}

void sender::make_ready(stream::slice frames, std::uint64_t payload_bytes, std::uint32_t count) {
    ready_bytes_ += frames.size();
    ready_.push_back({std::move(frames), count, payload_bytes});
    account();
    lanes_.want_room();
}

bool sender::join(std::uint16_t lane, channel& peer) {
    if (done_ || !lanes_.add(lane, peer)) return false;
    peer.want_room();
    return true;
}

bool sender::leave(std::uint16_t lane) {
    if (!lanes_.has(lane)) return !lanes_.empty();
    auto again = lanes_.remove(lane);
    if (!again) return false;
    for (auto each = again->rbegin(); each != again->rend(); ++each) {
        ready_bytes_ += each->bytes.size();
        ready_.push_front(std::move(*each));
    }
    send_message(lanes_.oldest(), upload::lost{.lane = lane});
    lanes_.want_room();
    return true;
}

bool sender::on_room(std::uint16_t lane) {
    if (!lanes_.has(lane)) return false;
    std::size_t sent = 0;
    std::uint64_t payload_sent = 0;
    while (!ready_.empty() && sent < limits::read_job_bytes_max && !lanes_.is_full()) {
        const auto now = around_.loop.mono_now();
        if (limit_bytes_per_second_ != 0 && now < next_send_) {
            limit_timer_.start(next_send_ - now, [this] { lanes_.want_room(); });
            break;
        }
        counted_frames next = std::move(ready_.front());
        ready_.pop_front();
        ready_bytes_ -= next.bytes.size();
        sent += next.bytes.size();
        counts_.sent_bytes += next.payload_bytes;
        payload_sent += next.payload_bytes;
        if (limit_bytes_per_second_ != 0) {
            const double seconds =
                static_cast<double>(next.bytes.size()) / static_cast<double>(limit_bytes_per_second_);
            next_send_ = std::max(next_send_, now) +
                         std::chrono::duration_cast<seam::duration>(std::chrono::duration<double>(seconds));
        }
        lanes_.put(lane, std::move(next));
    }
    const bool more = !ready_.empty() && !limit_timer_.running() && !lanes_.is_full();
    if (sent > 0) {
        if (packs_) {
            const auto now = around_.loop.mono_now();
            const wait_times sums = waits_.look(now);
            packing_.on_sent(payload_sent, sums.network + sums.limit, now);
        }
        events_->on_counts(counts_);
        pump();
    } else {
        account();
    }
    return more;
}

void sender::set_limit(std::uint64_t bytes_per_second) {
    limit_bytes_per_second_ = bytes_per_second;
    next_send_ = {};
    limit_timer_.stop();
    lanes_.want_room();
}

}  // namespace common::transfer
