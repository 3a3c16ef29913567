#include "uploader-client/session/get_conversation.hpp"

#include "protocol/wire/codec.hpp"

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
    folders_.clear();
    const upload::open asked{.id = settings_.id, .direction = upload::direction::get, .path = settings_.path};
    transfer::send_message(*this, asked, request_number);
}

error_code get_conversation::on_message(const transport::incoming_frame& frame) {
    if (half_) return receive(frame);
    if (frame.header.type != upload::opened::type || frame.header.request != request_number) {
        return error_code::unexpected;
    }
    upload::opened answer;
    const auto error = decode(protocol::wire::bytes_view{frame.payload}, answer);
    if (error != error_code::none) return error;
    half_ = transfer::receiver::create(around_, settings_.receiving, *this, *this);
    return error_code::none;
}

error_code get_conversation::receive(const transport::incoming_frame& frame) {
    // The half may end in there.
    const auto half = half_;
    if (frame.header.type == upload::end::type) whole_list_ = true;
    const auto error =
        frame.header.type == upload::offer::type ? receive_offer(frame) : half->on_frame(frame);
    keep_pace(frame.payload.size());
    if (whole_list_) tell_counts();
    return error;
}

error_code get_conversation::receive_offer(const transport::incoming_frame& frame) {
    upload::offer offer;
    const auto error = decode(protocol::wire::bytes_view{frame.payload}, offer);
    if (error != error_code::none) return error;
    const std::string path =
        settings_.rename_to.empty()
            ? std::string{offer.path}
            : settings_.rename_to +
                  std::string{offer.path.substr(std::min(offer.path.size(), offer.path.find('/')))};
    if (offer.kind == upload::entry_kind::folder) folders_.insert(hash_of(path));
    if (settings_.rename_to.empty() || path.size() > protocol::limits::path_bytes_max) {
        return half_->on_frame(frame);
    }
    // The receiving half stores under the names it is offered, so the offer is changed before it gets there.
    offer.path = path;
    const auto bytes = protocol::frame::encode(offer, frame.header.request);
    transport::incoming_frame renamed = frame;
    renamed.payload = std::span{bytes}.subspan(protocol::limits::frame_header_bytes);
    renamed.header.payload_bytes = static_cast<std::uint32_t>(renamed.payload.size());
    renamed.storage = nullptr;
    return half_->on_frame(renamed);
}

bool get_conversation::on_room() {
    return half_ && half_->on_room();
}

void get_conversation::wind_up(seam::handler done) {
    pace_.stop();
    earlier_bytes_ += counts_.received_bytes;
    counts_ = {};
    const auto half = std::exchange(half_, nullptr);
    if (half) return half->stop(std::move(done));
    done();
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
    if (half_paused_ || pace_.running()) {
        conversation::pause_reading();
    } else {
        conversation::resume_reading();
    }
}

// --- what the observer sees

std::vector<domain::file_state> get_conversation::current_files(std::size_t count_max) const {
    std::vector<domain::file_state> found;
    if (!half_) return found;
    for (const transfer::file_under_way& each : half_->files_under_way(count_max)) {
        found.push_back({.path = each.path, .bytes = each.bytes, .received = each.received});
    }
    return found;
}

void get_conversation::on_offer(std::string_view path, std::uint64_t size) {
    if (!folders_.contains(hash_of(path))) ++offered_.files;
    if (size != upload::size_unknown) offered_.bytes += size;
}

void get_conversation::on_outcome(const transfer::receiver_outcome& what) {
    const std::uint64_t hash = hash_of(what.path);
    const bool is_folder = folders_.erase(hash) > 0;
    if (!is_folder) ++offered_.done;
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
         .is_folder = is_folder});
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
                         .received = counts_.received_bytes + counts_.resumed_bytes,
                         .durable = counts_.durable_bytes});
}

void get_conversation::on_done(const upload::done&) {
    finish();
}

}  // namespace uploader_client::session
