#include "common/transfer/lanes.hpp"

#include "common/transfer/limits.hpp"
#include "protocol/upload/messages.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

const std::size_t lanes::held_bytes_max = limits::held_bytes_max;

void lanes::begin(channel& first) {
    clear();
    all_.push_back({.number = 0, .peer = &first});
}

void lanes::clear() {
    all_.clear();
    newest_ = 0;
    holding_ = false;
    held_bytes_ = 0;
}

const lanes::lane* lanes::find(std::uint16_t number) const {
    const auto found = std::ranges::find(all_, number, &lane::number);
    return found == all_.end() ? nullptr : &*found;
}

lanes::lane* lanes::find(std::uint16_t number) {
    return const_cast<lane*>(std::as_const(*this).find(number));
}

channel& lanes::at(std::uint16_t number) {
    lane* const found = find(number);
    assert(found != nullptr);
    return *found->peer;
}

bool lanes::add(std::uint16_t number, channel& peer) {
    if (all_.empty() || number <= newest_ || all_.size() >= limits::lanes_max) return false;
    newest_ = number;
    if (!std::exchange(holding_, true)) {
        for (lane& each : all_) each.held_from = each.sent;
    }
    all_.push_back({.number = number, .peer = &peer});
    // So that the other half knows from where on a lane can be replaced.
    for (lane& each : all_) tell_taken(each);
    return true;
}

std::optional<std::vector<counted_frames>> lanes::remove(std::uint16_t number) {
    lane* const found = find(number);
    assert(found != nullptr);
    const bool whole = holding_ && found->taken >= found->held_from;
    std::vector<counted_frames> again;
    for (held& each : found->kept) {
        held_bytes_ -= each.frames.bytes.size();
        again.push_back(std::move(each.frames));
    }
    std::erase_if(all_, [number](const lane& each) { return each.number == number; });
    if (!whole || all_.empty()) return std::nullopt;
    return again;
}

void lanes::want_room() {
    for (lane& each : all_) each.peer->want_room();
}

void lanes::pause_reading() {
    for (lane& each : all_) each.peer->pause_reading();
}

void lanes::resume_reading() {
    for (lane& each : all_) each.peer->resume_reading();
}

// As if all were one: blocked when all are.
transport::link_times lanes::times() const {
    transport::link_times sum;
    if (all_.empty()) return sum;
    for (const lane& each : all_) {
        const auto one = each.peer->times();
        sum.reading += one.reading;
        sum.blocked += one.blocked;
    }
    sum.blocked /= static_cast<std::int64_t>(all_.size());
    return sum;
}

void lanes::note_sent(lane& on, counted_frames frames) {
    on.sent += frames.count;
    if (!holding_) return;
    held_bytes_ += frames.bytes.size();
    on.kept.push_back({on.sent, std::move(frames)});
}

void lanes::put(std::uint16_t number, counted_frames frames) {
    lane* const on = find(number);
    assert(on != nullptr);
    stream::slice bytes = frames.bytes;
    note_sent(*on, std::move(frames));
    on->peer->send_bulk(std::move(bytes));
}

void lanes::answer(seam::const_bytes frame) {
    lane& on = all_.front();
    counted_frames kept;
    if (holding_) kept.bytes = stream::slice::copy_of(frame);
    note_sent(on, std::move(kept));
    on.peer->answer(frame);
}

void lanes::answer_on_all(seam::const_bytes frame) {
    for (lane& each : all_) each.peer->answer(frame);
}

bool lanes::all_taken() const {
    return std::ranges::all_of(all_, [](const lane& each) { return each.taken == each.sent; });
}

error_code lanes::on_taken(std::uint16_t number, std::uint64_t frames) {
    lane* const on = find(number);
    if (on == nullptr) return error_code::none;
    if (frames > on->sent || frames < on->taken) return error_code::unexpected;
    on->taken = frames;
    while (!on->kept.empty() && on->kept.front().end <= frames) {
        held_bytes_ -= on->kept.front().frames.bytes.size();
        on->kept.pop_front();
    }
    return error_code::none;
}

void lanes::count_in(std::uint16_t number, std::size_t bytes, bool tell_at_once) {
    lane* const on = find(number);
    if (on == nullptr) return;
    ++on->came;
    on->untold_bytes += bytes;
    const bool due = tell_at_once || on->untold_bytes >= limits::taken_bytes ||
                     on->came - on->told >= limits::taken_frames;
    if (holding_ && due) tell_taken(*on);
}

void lanes::tell_taken(lane& on) {
    on.told = on.came;
    on.untold_bytes = 0;
    send_message(*on.peer, upload::taken{.frames = on.came});
}

}  // namespace common::transfer
