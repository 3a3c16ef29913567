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
    assert(peer_ == nullptr);
    peer_ = &peer;
    file_bytes_max_ = answer.file_bytes_max;
    asking_ = !answer.fresh || settings_.dry_run;
    next_file_no_ = 0;
    offers_ = 0;
    end_sent_ = false;
    pump();
}

void sender::detach() {
    peer_ = nullptr;
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
                         if (self->generation_ != generation || self->peer_ == nullptr) return;
                         done();
                         self->pump();
                     });
}

void sender::pump() {
    if (peer_ == nullptr || done_) return;
    scan();
    take_pending();
    for (const auto& [number, file] : std::map{large_.begin(), large_.end()}) {
        while (room_to_read() && file->read_some()) {
        }
    }
    send_end();
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
    while (!pending_.empty() && unanswered_.size() < limits::offers_in_flight_max) {
        const item_pointer item = pending_.front();
        if (settle_unsent(*item)) {
            pending_.pop_front();
            continue;
        }
        if (asks_about(*item)) {
            if (!can_ask()) break;
            pending_.pop_front();
            ask_about(item);
            continue;
        }
        if (!can_offer(*item)) break;
        pending_.pop_front();
        const std::uint32_t number = next_file_no_++;
        unanswered_.emplace(number, offered_item{item});
        offer(number, item);
    }
    send_questions();
    if (batch_ && batch_jobs_ < limits::offer_jobs_max && ready_bytes_ < limits::outbound_ready_bytes_max) {
        start_batch();
    }
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
    run([batch] { batch->build(); }, [this, batch] { on_batch(*batch); }, [this] { --batch_jobs_; });
}

void sender::on_batch(offer_batch& batch) {
    offers_ += batch.offers();
    for (const offer_batch::failure& each : batch.failures()) {
        settle(each.file_no, upload::status::failed, each.error, {});
    }
    for (const offer_batch::file_content& each : batch.contents()) {
        unanswered_.at(each.file_no).content = each.digest;
    }
    if (batch.offers() > 0) make_ready(batch.take_frames(), batch.content_bytes());
}

void sender::send_end() {
    const bool offering =
        std::ranges::any_of(large_, [](const auto& each) { return !each.second->offered(); });
    const bool asking = !questions_.items.empty() || question_job_ || !open_questions_.empty();
    if (end_sent_ || !counts_.scanned || !pending_.empty() || batch_ || batch_jobs_ > 0 || offering) return;
    if (asking || !wanted_.empty()) return;
    end_sent_ = true;
    make_ready(stream::slice::copy_of(protocol::frame::encode(upload::end{.offers = offers_})), 0);
}

void sender::make_ready(stream::slice frames, std::uint64_t payload_bytes) {
    ready_bytes_ += frames.size();
    ready_.push_back({std::move(frames), payload_bytes});
    peer_->want_room();
}

bool sender::on_room() {
    if (peer_ == nullptr) return false;
    std::size_t sent = 0;
    while (!ready_.empty() && sent < limits::read_job_bytes_max) {
        const auto now = around_.loop.mono_now();
        if (limit_bytes_per_second_ != 0 && now < next_send_) {
            limit_timer_.start(next_send_ - now, [this] {
                if (peer_ != nullptr) peer_->want_room();
            });
            break;
        }
        ready_frames next = std::move(ready_.front());
        ready_.pop_front();
        ready_bytes_ -= next.frames.size();
        sent += next.frames.size();
        counts_.sent_bytes += next.payload_bytes;
        if (limit_bytes_per_second_ != 0) {
            const double seconds =
                static_cast<double>(next.frames.size()) / static_cast<double>(limit_bytes_per_second_);
            next_send_ = std::max(next_send_, now) +
                         std::chrono::duration_cast<seam::duration>(std::chrono::duration<double>(seconds));
        }
        peer_->send_bulk(std::move(next.frames));
    }
    const bool more = !ready_.empty() && !limit_timer_.running();
    if (sent > 0) {
        events_->on_counts(counts_);
        pump();
    }
    return more;
}

void sender::set_limit(std::uint64_t bytes_per_second) {
    limit_bytes_per_second_ = bytes_per_second;
    next_send_ = {};
    limit_timer_.stop();
    if (peer_ != nullptr) peer_->want_room();
}

error_code sender::on_frame(const transport::incoming_frame& frame) {
    if (peer_ == nullptr || done_) return error_code::unexpected;
    switch (frame.header.type) {
        case upload::wanted::type:
            return on_wanted(frame);
        case upload::progress::type:
            return on_progress(frame);
        case upload::stored::type:
            return on_stored(frame);
        case upload::done::type:
            return on_done(frame);
        case upload::checked::type:
            return on_checked(frame);
        default:
            return error_code::unexpected;
    }
}

error_code sender::on_wanted(const transport::incoming_frame& frame) {
    upload::wanted answer;
    const auto error = protocol::wire::decode(bytes_view{frame.payload}, answer);
    if (error != error_code::none) return error;
    const auto found = large_.find(answer.file_no);
    if (found == large_.end()) return error_code::unexpected;
    const auto file = found->second;
    return file->on_wanted(answer);
}

error_code sender::on_progress(const transport::incoming_frame& frame) {
    upload::progress now;
    const auto error = protocol::wire::decode(bytes_view{frame.payload}, now);
    if (error != error_code::none) return error;
    const auto found = large_.find(now.file_no);
    if (found == large_.end()) return error_code::none;
    outgoing_file& file = *found->second;
    counts_.received_bytes += now.received_bytes - file.told_received();
    counts_.durable_bytes += now.durable_bytes - file.told_durable();
    file.on_progress(now);
    events_->on_counts(counts_);
    return error_code::none;
}

error_code sender::on_stored(const transport::incoming_frame& frame) {
    upload::stored told;
    if (const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
        error != error_code::none) {
        return error;
    }
    for (const upload::outcome& each : told.outcomes) {
        if (!unanswered_.contains(each.file_no)) return error_code::unexpected;
        const bool failed = each.status == upload::status::failed;
        const auto why = each.code == 0 ? error_code::internal : static_cast<error_code>(each.code);
        settle(each.file_no, each.status, failed ? make_error_code(why) : std::error_code{}, each.path);
        // The listener may have ended the connection.
        if (peer_ == nullptr) return error_code::none;
    }
    events_->on_counts(counts_);
    pump();
    return error_code::none;
}

void sender::settle(std::uint32_t file_no, upload::status status, std::error_code error,
                    std::string_view path) {
    const auto found = unanswered_.find(file_no);
    assert(found != unanswered_.end());
    const item_pointer item = std::move(found->second.item);
    digest content = found->second.content;
    const auto verdict = found->second.verdict;
    unanswered_.erase(found);
    std::uint64_t bytes = item->size;
    std::uint64_t received = 0;
    std::uint64_t durable = 0;
    if (const auto large = large_.extract(file_no)) {
        content = large.mapped()->content();
        bytes = large.mapped()->bytes();
        received = large.mapped()->told_received();
        durable = large.mapped()->told_durable();
    }
    if (!error && item->size != upload::size_unknown) {
        counts_.received_bytes += item->size - received;
        counts_.durable_bytes += item->size - durable;
    }
    tell_outcome({.item = *item,
                  .status = status,
                  .error = error,
                  .path = path,
                  .bytes = bytes,
                  .content = content,
                  .verdict = verdict});
}

void sender::tell_outcome(const sender_outcome& what) {
    if (!upload::is_folder(what.item.kind)) ++counts_.files_done;
    sender_outcome told = what;
    if (told.path.empty()) told.path = what.item.path;
    events_->on_outcome(told);
}

std::vector<file_under_way> sender::files_under_way(std::size_t count_max) const {
    std::vector<file_under_way> found;
    for (const auto& [number, file] : large_) {
        const outgoing& item = file->item();
        found.push_back({.path = item.path,
                         .bytes = item.size == upload::size_unknown ? 0 : item.size,
                         .received = file->told_received()});
    }
    return furthest_first(std::move(found), count_max);
}

error_code sender::on_done(const transport::incoming_frame& frame) {
    upload::done totals;
    if (const auto error = protocol::wire::decode(bytes_view{frame.payload}, totals);
        error != error_code::none) {
        return error;
    }
    if (!end_sent_ || !unanswered_.empty()) return error_code::unexpected;
    done_ = true;
    events_->on_done(totals);
    return error_code::none;
}

}  // namespace common::transfer
