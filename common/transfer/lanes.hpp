// The connections of one half of a transfer: what was put on which of them, and what of it may be lost.
//
//   lanes.begin(channel);                       lane 0, alone: nothing is kept
//   lanes.add(1, channel);                      more than one: from now on frames are held until taken
//   lanes.put(1, frames);                       bulk, counted
//   lanes.on_taken(1, count);                   the other half has them
//   lanes.count_in(1, bytes, …);                a counted frame came: the other half is told now and then
//   auto again = lanes.remove(1);               gone: the frames that it may have taken along
//
//        put ─▶ [held|held|held] ─▶ taken, forgotten
//                     └── remove(): to be put on another lane
//
// A lane that had frames on their way before holding began cannot be replaced: then the transfer begins a new
// connection, as it does when the last lane goes. What is held is bounded by held_bytes_max: the owner asks
// is_full() before it puts more. The frame formats are in protocol/upload/lane_messages.hpp.
#pragma once

#include "common/stream/slice.hpp"
#include "common/transfer/channel.hpp"
#include "protocol/wire/error_code.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace common::transfer {

struct counted_frames {
    stream::slice bytes{};
    std::uint32_t count = 1;
    std::uint64_t payload_bytes = 0;
};

class lanes {
  public:
    void begin(channel& first);
    void clear();
    // False when the number was used before, or there are too many.
    [[nodiscard]] bool add(std::uint16_t number, channel& peer);
    // Nothing: the transfer cannot go on without that lane.
    std::optional<std::vector<counted_frames>> remove(std::uint16_t number);

    bool empty() const { return all_.empty(); }
    std::size_t count() const { return all_.size(); }
    // There are, or were, more than one.
    bool several() const { return holding_; }
    bool has(std::uint16_t number) const { return find(number) != nullptr; }
    channel& at(std::uint16_t number);
    channel& oldest() { return *all_.front().peer; }
    std::uint16_t oldest_number() const { return all_.front().number; }

    void want_room();
    void pause_reading();
    void resume_reading();
    transport::link_times times() const;

    void put(std::uint16_t number, counted_frames frames);
    // A short frame on the oldest lane, counted.
    void answer(seam::const_bytes frame);
    // The last frame of all, on every lane.
    void answer_on_all(seam::const_bytes frame);
    // Nothing that was put may be lost any more.
    bool all_taken() const;
    bool is_full() const { return held_bytes_ >= held_bytes_max; }
    protocol::error_code on_taken(std::uint16_t number, std::uint64_t frames);
    void count_in(std::uint16_t number, std::size_t bytes, bool tell_at_once);

  private:
    struct held {
        std::uint64_t end = 0;  // the lane's count of frames behind it
        counted_frames frames;
    };
    struct lane {
        std::uint16_t number = 0;
        channel* peer = nullptr;
        std::uint64_t sent = 0;
        std::uint64_t taken = 0;
        std::uint64_t held_from = 0;
        std::deque<held> kept{};
        std::uint64_t came = 0;
        std::uint64_t told = 0;
        std::size_t untold_bytes = 0;
    };

    const lane* find(std::uint16_t number) const;
    lane* find(std::uint16_t number);
    void note_sent(lane& on, counted_frames frames);
    void tell_taken(lane& on);

    static const std::size_t held_bytes_max;

    std::deque<lane> all_;  // the oldest first
    std::uint16_t newest_ = 0;
    bool holding_ = false;
    std::size_t held_bytes_ = 0;
};

}  // namespace common::transfer
