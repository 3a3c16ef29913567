#include "uploader-client/session/put_conversation.hpp"

#include "common/transfer/folders.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <utility>

namespace uploader_client::session {

namespace upload = protocol::upload;
using protocol::error_code;

std::shared_ptr<put_conversation> put_conversation::create(const transfer::sender_surroundings& around,
                                                           put_settings settings,
                                                           std::shared_ptr<transfer::outgoing_source> source,
                                                           domain::transfer_observer& observer) {
    return std::shared_ptr<put_conversation>(
        new put_conversation(around, std::move(settings), std::move(source), observer));
}

put_conversation::put_conversation(const transfer::sender_surroundings& around, put_settings settings,
                                   std::shared_ptr<transfer::outgoing_source> source,
                                   domain::transfer_observer& observer)
    : conversation(around.loop),
      settings_(std::move(settings)),
      half_(transfer::sender::create(around, std::move(source), *this, settings_.sending)),
      observer_(observer) {
    if (settings_.limit_bytes_per_second != 0) set_limit(settings_.limit_bytes_per_second);
    if (!settings_.delete_source) return;
    remover_ = std::make_shared<source_remover>(
        around.loop, around.pool,
        [this](const std::string& path, std::error_code why) { observer_.on_source_kept(path, why); });
}

void put_conversation::open() {
    upload::open asked{.id = settings_.id,
                       .direction = upload::direction::put,
                       .on_conflict = settings_.on_conflict,
                       .path = settings_.folder};
    if (settings_.sending.dry_run) asked.dry_run = true;
    if (settings_.sending.checksum) asked.checksum = true;
    unsigned_.clear();
    if (settings_.receipts != nullptr) transfer::send_message(*this, upload::want_receipts{});
    transfer::send_message(*this, asked, request_number);
}

error_code put_conversation::on_message(const transport::incoming_frame& frame) {
    if (frame.header.type == upload::receipt::type) return on_receipt(frame);
    if (attached_) return half_->on_frame(frame);
    if (frame.header.type != upload::opened::type || frame.header.request != request_number) {
        return error_code::unexpected;
    }
    upload::opened answer;
    const auto error = decode(protocol::wire::bytes_view{frame.payload}, answer);
    if (error != error_code::none) return error;
    attached_ = true;
    // A receipt follows what it is about, which holds on one connection only.
    if (settings_.receipts == nullptr) allow_lanes(answer);
    half_->attach(*this, answer);
    return error_code::none;
}

error_code put_conversation::on_receipt(const transport::incoming_frame& frame) {
    upload::receipt told;
    const auto error = decode(protocol::wire::bytes_view{frame.payload}, told);
    if (error != error_code::none) return error;
    if (settings_.receipts == nullptr) return error_code::unexpected;
    std::vector<transfer::receipt_entry> entries;
    for (const upload::receipted_file& each : told.files) {
        auto found = unsigned_.extract(each.file_no);
        if (!found) return error_code::unexpected;
        entries.push_back(std::move(found.mapped()));
    }
    if (!settings_.receipts->take(settings_.id, told, entries)) return error_code::verification_failed;
    if (done_ && unsigned_.empty()) finish_when_removed();
    return error_code::none;
}

bool put_conversation::on_room() {
    return attached_ && half_->on_room();
}

void put_conversation::set_limit(std::uint64_t bytes_per_second) {
    limited_ = bytes_per_second != 0;
    half_->set_limit(bytes_per_second);
}

bool put_conversation::join_half(std::uint16_t lane, transfer::channel& peer) {
    return attached_ && half_->join(lane, peer);
}

bool put_conversation::leave_half(std::uint16_t lane) {
    return attached_ && half_->leave(lane);
}

error_code put_conversation::on_lane_frame(std::uint16_t lane, const transport::incoming_frame& frame) {
    return attached_ ? half_->on_frame(frame, lane) : error_code::unexpected;
}

bool put_conversation::on_lane_room(std::uint16_t lane) {
    return attached_ && half_->on_room(lane);
}

domain::connection_tuner::view put_conversation::look() const {
    const auto& counts = half_->counts();
    return {.received = counts.received_bytes,
            .left = counts.found_bytes - std::min(counts.found_bytes, counts.received_bytes),
            .network_share = shares().network,
            .limited = limited_};
}

void put_conversation::wind_up(seam::handler done) {
    if (std::exchange(attached_, false)) half_->detach();
    done();
}

std::vector<domain::file_state> put_conversation::current_files(std::size_t count_max) const {
    std::vector<domain::file_state> found;
    for (const transfer::file_under_way& each : half_->files_under_way(count_max)) {
        found.push_back({.path = each.path, .bytes = each.bytes, .received = each.received});
    }
    return found;
}

void put_conversation::on_outcome(const transfer::sender_outcome& what) {
    // A stream cannot go on over another connection: that is no failure when nobody wants it to.
    if (stopping()) return;
    if (settings_.watching && (what.error == make_error_code(error_code::source_changed) ||
                               what.error == std::errc::no_such_file_or_directory)) {
        return;
    }
    const bool there = what.status == upload::status::stored || what.status == upload::status::resumed ||
                       what.verdict == upload::verdict::same;
    if (remover_ && there) remover_->remove(what.item);
    observer_.on_file({.path = what.path,
                       .bytes = what.bytes == upload::size_unknown ? 0 : what.bytes,
                       .status = what.status,
                       .error = what.error,
                       .digest = what.content,
                       .verdict = what.verdict,
                       .is_folder = upload::is_folder(what.item.kind)});
    const bool stored = what.status == upload::status::stored || what.status == upload::status::resumed;
    if (settings_.receipts == nullptr || !stored || upload::is_folder(what.item.kind)) return;
    unsigned_.emplace(what.file_no,
                      transfer::receipt_entry{.path = transfer::join_path(settings_.folder, what.path),
                                              .bytes = what.bytes,
                                              .chunk_bytes = what.chunk_bytes,
                                              .content = what.content});
}

void put_conversation::on_counts(const transfer::sender_counts& now) {
    observer_.on_counts({.files = now.found_files,
                         .bytes = now.found_bytes,
                         .complete = now.scanned,
                         .files_done = now.files_done,
                         .sent = now.sent_bytes,
                         .resumed = now.resumed_bytes,
                         .received = now.received_bytes,
                         .durable = now.durable_bytes});
}

void put_conversation::on_source_error(std::error_code why) {
    observer_.on_list_error(why);
}

void put_conversation::on_done(const upload::done&) {
    done_ = true;
    // The last receipt follows what it is about.
    if (unsigned_.empty()) finish_when_removed();
}

void put_conversation::finish_when_removed() {
    if (!remover_) return finish();
    remover_->when_idle([weak = weak_from_this()] {
        if (const auto self = weak.lock()) static_cast<put_conversation&>(*self).finish();
    });
}

}  // namespace uploader_client::session
