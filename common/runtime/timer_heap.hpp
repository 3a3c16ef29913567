// The pending timers of one loop, ordered by due time; pure, so that it is tested without a clock.
//
//   add(when, task) ─▶ [ indexed binary heap ] ─▶ next_due() / pop_due(now)
//                            ▲ remove(id): O(log n), the slot is free at once
//
// Not thread-safe. Equal due times fire in the order they were added.
#pragma once

#include "common/seam/event_loop.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace common::runtime {

class timer_heap {
  public:
    seam::timer_id add(seam::mono_time when, seam::handler task);
    // Returns the handler for the caller to destroy (its captures may call back into this heap); empty if
    // unknown.
    seam::handler remove(seam::timer_id id);

    std::optional<seam::mono_time> next_due() const;
    // The earliest handler due at `now`, or empty.
    seam::handler pop_due(seam::mono_time now);

    std::size_t size() const { return heap_.size(); }
    std::vector<seam::handler> take_all();

  private:
    struct slot {
        seam::mono_time when;
        std::uint64_t order = 0;
        seam::handler task;
        std::uint32_t generation = 1;
        std::size_t position = 0;  // in heap_, while in use
    };

    bool before(std::uint32_t left, std::uint32_t right) const;
    void place(std::size_t position, std::uint32_t index);
    void sift_up(std::size_t position);
    void sift_down(std::size_t position);
    seam::handler take(std::uint32_t index);

    std::vector<slot> slots_;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> heap_;  // indexes of slots_
    std::uint64_t next_order_ = 0;
};

}  // namespace common::runtime
