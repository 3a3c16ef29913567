// What a receiver tells the sender, over which of its connections, and the end of a transfer.
#include "common/transfer/receiver.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/wire/codec.hpp"

#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using protocol::wire::bytes_view;

bool receiver::join(std::uint16_t lane, channel& peer) {
    if (stopped() || done_ || !lanes_.add(lane, peer)) return false;
    if (waiting_.above_high()) peer.pause_reading();
    return true;
}

bool receiver::leave(std::uint16_t lane) {
    if (stopped()) return false;
    if (!lanes_.has(lane)) return !lanes_.empty();
    auto again = lanes_.remove(lane);
    if (!again) return false;
    for (auto each = again->rbegin(); each != again->rend(); ++each) {
        large_answers_.push_front(std::move(each->bytes));
    }
    send_message(lanes_.oldest(), upload::lost{.lane = lane});
    lanes_.oldest().want_room();
    return true;
}

error_code receiver::on_taken(const incoming_frame& frame, std::uint16_t lane) {
    upload::taken told;
    if (const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
        error != error_code::none) {
        return error;
    }
    const bool was_full = lanes_.is_full();
    if (const auto error = lanes_.on_taken(lane, told.frames); error != error_code::none) return error;
    if (was_full && !lanes_.is_full()) lanes_.oldest().want_room();
    conclude_when_told();
    return error_code::none;
}

error_code receiver::on_waits(const incoming_frame& frame) {
    upload::waits told;
    const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
    if (error == error_code::none) peer_waits_ = from_message(told);
    return error;
}

// Its end follows, as if this side had found out.
error_code receiver::on_lost(const incoming_frame& frame) {
    upload::lost told;
    if (const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
        error != error_code::none) {
        return error;
    }
    if (lanes_.has(told.lane)) lanes_.at(told.lane).drop();
    return error_code::none;
}

void receiver::tell(stream::slice frame) {
    if (!lanes_.several()) return lanes_.answer(frame.bytes());
    large_answers_.push_back(std::move(frame));
    lanes_.oldest().want_room();
}

void receiver::answer_large(const upload::wanted& answer) {
    if (stopped()) return;
    large_answers_.push_back(stream::slice::copy_of(protocol::frame::encode(answer)));
    lanes_.oldest().want_room();
}

bool receiver::on_room(std::uint16_t lane) {
    if (stopped() || large_answers_.empty() || lanes_.is_full() || lane != lanes_.oldest_number())
        return false;
    lanes_.put(lane, {.bytes = std::move(large_answers_.front())});
    large_answers_.pop_front();
    return !large_answers_.empty();
}

// The last offer and End may come over different lanes.
void receiver::end_when_whole() {
    if (end_offers_ && offers_ == *end_offers_) ended_ = true;
}

// Over several lanes Done comes only when no outcome can be lost any more, and over all of them.
void receiver::conclude_when_told() {
    if (stopped() || !ended_ || done_ || !unsettled_.empty()) return;
    if (lanes_.several() && (!large_answers_.empty() || !lanes_.all_taken())) return;
    done_ = true;
    send_message(lanes_.oldest(), to_message(waits()));
    const auto done = protocol::frame::encode(counts_.files);
    lanes_.answer_on_all(done);
    events_->on_done(counts_.files);
}

}  // namespace common::transfer
