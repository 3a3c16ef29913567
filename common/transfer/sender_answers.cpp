// What the receiver answers to a sender: chunks that are wanted, progress, outcomes, the end.
#include "common/transfer/outgoing_file.hpp"
#include "common/transfer/sender.hpp"
#include "protocol/wire/codec.hpp"

#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using protocol::wire::bytes_view;

error_code sender::on_frame(const transport::incoming_frame& frame, std::uint16_t lane) {
    if (lanes_.empty()) return error_code::unexpected;
    switch (frame.header.type) {
        case upload::progress::type:
            return on_progress(frame);
        case upload::waits::type:
            return on_waits(frame);
        case upload::taken::type:
            return on_taken(frame, lane);
        case upload::lost::type:
            return on_lost(frame);
        default:
            break;
    }
    // It may have come over another lane already.
    if (done_) return lanes_.several() ? error_code::none : error_code::unexpected;
    const auto error = take_answer(frame);
    if (error == error_code::none) lanes_.count_in(lane, frame.payload.size(), true);
    return error;
}

// Each of these may be repeated when the lane that it came over is gone.
error_code sender::take_answer(const transport::incoming_frame& frame) {
    switch (frame.header.type) {
        case upload::wanted::type:
            return on_wanted(frame);
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

error_code sender::on_taken(const transport::incoming_frame& frame, std::uint16_t lane) {
    upload::taken told;
    if (const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
        error != error_code::none) {
        return error;
    }
    const bool was_full = lanes_.is_full();
    const auto error = lanes_.on_taken(lane, told.frames);
    if (was_full && !lanes_.is_full()) lanes_.want_room();
    return error;
}

// Its end follows, as if this side had found out.
error_code sender::on_lost(const transport::incoming_frame& frame) {
    upload::lost told;
    if (const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
        error != error_code::none) {
        return error;
    }
    if (lanes_.has(told.lane)) lanes_.at(told.lane).drop();
    return error_code::none;
}

error_code sender::on_wanted(const transport::incoming_frame& frame) {
    upload::wanted answer;
    const auto error = protocol::wire::decode(bytes_view{frame.payload}, answer);
    if (error != error_code::none) return error;
    const auto found = large_.find(answer.file_no);
    const bool repeated = found == large_.end() || found->second->answered();
    if (repeated) return lanes_.several() ? error_code::none : error_code::unexpected;
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
        if (!unanswered_.contains(each.file_no)) {
            if (lanes_.several() && each.file_no < next_file_no_) continue;
            return error_code::unexpected;
        }
        const bool failed = each.status == upload::status::failed;
        const auto why = each.code == 0 ? error_code::internal : static_cast<error_code>(each.code);
        settle(each.file_no, each.status, failed ? make_error_code(why) : std::error_code{}, each.path);
        // The listener may have ended the connection.
        if (lanes_.empty()) return error_code::none;
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
    std::uint32_t chunk_bytes = 0;
    if (const auto large = large_.extract(file_no)) {
        content = large.mapped()->content();
        bytes = large.mapped()->bytes();
        chunk_bytes = large.mapped()->chunk_bytes();
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
                  .chunk_bytes = chunk_bytes,
                  .file_no = file_no,
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
