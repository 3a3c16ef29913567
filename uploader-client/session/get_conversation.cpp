#include "uploader-client/session/get_conversation.hpp"

#include "protocol/wire/codec.hpp"
#include "uploader-client/session/wait_shares.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace uploader_client::session {

namespace upload = protocol::upload;
using protocol::error_code;

namespace {

// So much may come before the pace of --limit is looked at again.
constexpr seam::duration pace_slack = std::chrono::milliseconds{20};

std::uint64_t hash_of(std::string_view path) {
    return std::hash<std::string_view>{}(path);
}

}  // namespace

std::shared_ptr<get_conversation> get_conversation::create(const transfer::receiver_surroundings& around,
                                                           get_settings settings,
                                                           domain::transfer_observer& observer) {
    return std::shared_ptr<get_conversation>(new get_conversation(around, std::move(settings), observer));
}

get_conversation::get_conversation(const transfer::receiver_surroundings& around, get_settings settings,
                                   domain::transfer_observer& observer)
    : conversation(around.loop),
      around_(around),
      settings_(std::move(settings)),
      observer_(observer),
      limit_bytes_per_second_(settings_.limit_bytes_per_second),
      pace_(around.loop) {}

void get_conversation::open() {
    whole_list_ = false;
    offered_ = {};
    counts_ = {};
    half_paused_ = false;
    next_read_ = {};
    std::ranges::sort(told_);
    told_before_ = told_.size();
    upload::open asked{.id = settings_.id, .direction = upload::direction::get, .path = settings_.path};
    // What an earlier connection brought is there to be compared.
    if (settings_.fresh && told_.empty()) asked.fresh = true;
    if (settings_.unpacks) asked.unpacks = true;
    if (settings_.receiving.dry_run) asked.dry_run = true;
    if (settings_.receiving.checksum) asked.checksum = true;
    if (settings_.preserve.links) asked.links = true;
    transfer::send_message(*this, asked, request_number);
}

error_code get_conversation::on_message(const transport::incoming_frame& frame) {
    if (half_) return receive(frame, 0);
    if (frame.header.type != upload::opened::type || frame.header.request != request_number) {
        return error_code::unexpected;
    }
    upload::opened answer;
    const auto error = decode(protocol::wire::bytes_view{frame.payload}, answer);
    if (error != error_code::none) return error;
    allow_lanes(answer);
    half_ = transfer::receiver::create(around_, settings_.receiving, *this, *this);
    return error_code::none;
}

error_code get_conversation::receive(const transport::incoming_frame& frame, std::uint16_t lane) {
    // The half may end in there.
    const auto half = half_;
    if (frame.header.type == upload::end::type) on_end(frame);
    const auto error = half->on_frame(frame, lane);
    keep_pace(frame.payload.size());
    if (whole_list_) tell_counts();
    return error;
}

// The half decodes it as well, and says so when it is broken.
void get_conversation::on_end(const transport::incoming_frame& frame) {
    whole_list_ = true;
    upload::end last;
    if (decode(protocol::wire::bytes_view{frame.payload}, last) == error_code::none) {
        left_out_ = last.left_out.value_or(0);
    }
}

bool get_conversation::on_room() {
    return half_ && half_->on_room();
}

void get_conversation::wind_up(seam::handler done) {
    pace_.stop();
    earlier_bytes_ += counts_.received_bytes;
    counts_ = {};
    last_shares_ = shares();
    const auto half = std::exchange(half_, nullptr);
    if (half) return half->stop(std::move(done));
    done();
}

// --- several connections

bool get_conversation::join_half(std::uint16_t lane, transfer::channel& peer) {
    return half_ && half_->join(lane, peer);
}

bool get_conversation::leave_half(std::uint16_t lane) {
    return half_ && half_->leave(lane);
}

error_code get_conversation::on_lane_frame(std::uint16_t lane, const transport::incoming_frame& frame) {
    return half_ ? receive(frame, lane) : error_code::unexpected;
}

bool get_conversation::on_lane_room(std::uint16_t lane) {
    return half_ && half_->on_room(lane);
}

domain::connection_tuner::view get_conversation::look() const {
    const std::uint64_t received = counts_.received_bytes + counts_.resumed_bytes;
    return {.received = counts_.received_bytes,
            .left = offered_.bytes - std::min(offered_.bytes, received),
            .network_share = shares().network,
            .limited = limit_bytes_per_second_ != 0};
}

// --- pace

void get_conversation::keep_pace(std::size_t bytes) {
    if (limit_bytes_per_second_ == 0) return;
    const auto now = loop().mono_now();
    const double seconds = static_cast<double>(bytes) / static_cast<double>(limit_bytes_per_second_);
    next_read_ = std::max(next_read_, now) +
                 std::chrono::duration_cast<seam::duration>(std::chrono::duration<double>(seconds));
    if (next_read_ < now + pace_slack || pace_.running()) return;
    pace_.start(next_read_ - now, [this] { apply_reading(); });
    apply_reading();
}

void get_conversation::set_limit(std::uint64_t bytes_per_second) {
    limit_bytes_per_second_ = bytes_per_second;
    next_read_ = {};
    pace_.stop();
    apply_reading();
}

void get_conversation::pause_reading() {
    half_paused_ = true;
    apply_reading();
}

void get_conversation::resume_reading() {
    half_paused_ = false;
    apply_reading();
}

void get_conversation::apply_reading() {
    if (half_) half_->set_held_back(pace_.running());
    hold_lanes(pace_.running());
    if (half_paused_ || pace_.running()) {
        conversation::pause_reading();
    } else {
        conversation::resume_reading();
    }
}

// --- what the observer sees

domain::wait_shares get_conversation::shares() const {
    return half_ ? shares_of(half_->peer_waits(), half_->waits()) : last_shares_;
}

std::vector<domain::file_state> get_conversation::current_files(std::size_t count_max) const {
    std::vector<domain::file_state> found;
    if (!half_) return found;
    for (const transfer::file_under_way& each : half_->files_under_way(count_max)) {
        found.push_back({.path = each.path, .bytes = each.bytes, .received = each.received});
    }
    return found;
}

void get_conversation::on_offer(upload::entry_kind kind, std::uint64_t size) {
    if (!is_folder(kind)) ++offered_.files;
    if (size != upload::size_unknown) offered_.bytes += size;
}

void get_conversation::on_outcome(const transfer::receiver_outcome& what) {
    const std::uint64_t hash = hash_of(what.path);
    if (!is_folder(what.kind)) ++offered_.done;
    const auto before = told_.begin() + static_cast<std::ptrdiff_t>(told_before_);
    if (std::binary_search(told_.begin(), before, hash)) return;
    told_.push_back(hash);
    const bool failed = what.outcome.status == upload::status::failed;
    const std::string_view renamed = what.outcome.path;
    observer_.on_file(
        {.path = renamed.empty() ? what.path : renamed,
         .bytes = what.bytes,
         .status = what.outcome.status,
         .error = failed ? make_error_code(static_cast<error_code>(what.outcome.code)) : std::error_code{},
         .digest = {},
         .verdict = what.verdict,
         .is_folder = is_folder(what.kind)});
}

void get_conversation::on_counts(const transfer::receiver_counts& now) {
    counts_ = now;
    tell_counts();
}

void get_conversation::tell_counts() {
    observer_.on_counts({.files = offered_.files,
                         .bytes = offered_.bytes,
                         .complete = whole_list_,
                         .files_done = offered_.done,
                         .sent = earlier_bytes_ + counts_.received_bytes,
                         .resumed = counts_.resumed_bytes,
                         .received = counts_.received_bytes + counts_.resumed_bytes + counts_.skipped_bytes,
                         .durable = counts_.durable_bytes});
}

void get_conversation::on_done(const upload::done&) {
    finish();
}

}  // namespace uploader_client::session
