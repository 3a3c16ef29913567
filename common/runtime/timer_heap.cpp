#include "common/runtime/timer_heap.hpp"

#include <utility>

namespace common::runtime {

namespace {

// An id names a slot and its generation, so that the id of a fired timer never means its successor.
seam::timer_id make_id(std::uint32_t index, std::uint32_t generation) {
    return (static_cast<seam::timer_id>(generation) << 32) | index;
}

}  // namespace

seam::timer_id timer_heap::add(seam::mono_time when, seam::handler task) {
    std::uint32_t index = 0;
    if (free_.empty()) {
        index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    slot& added = slots_[index];
    added.when = when;
    added.order = next_order_++;
    added.task = std::move(task);
    heap_.push_back(index);
    added.position = heap_.size() - 1;
    sift_up(added.position);
    return make_id(index, added.generation);
}

seam::handler timer_heap::remove(seam::timer_id id) {
    const auto index = static_cast<std::uint32_t>(id & 0xffffffffU);
    const auto generation = static_cast<std::uint32_t>(id >> 32);
    if (index >= slots_.size() || slots_[index].generation != generation) return {};
    return take(index);
}

std::optional<seam::mono_time> timer_heap::next_due() const {
    if (heap_.empty()) return std::nullopt;
    return slots_[heap_.front()].when;
}

seam::handler timer_heap::pop_due(seam::mono_time now) {
    if (heap_.empty() || slots_[heap_.front()].when > now) return {};
    return take(heap_.front());
}

std::vector<seam::handler> timer_heap::take_all() {
    std::vector<seam::handler> all;
    while (!heap_.empty()) all.push_back(take(heap_.back()));
    return all;
}

bool timer_heap::before(std::uint32_t left, std::uint32_t right) const {
    const slot& a = slots_[left];
    const slot& b = slots_[right];
    return a.when != b.when ? a.when < b.when : a.order < b.order;
}

void timer_heap::place(std::size_t position, std::uint32_t index) {
    heap_[position] = index;
    slots_[index].position = position;
}

void timer_heap::sift_up(std::size_t position) {
    const std::uint32_t index = heap_[position];
    while (position > 0) {
        const std::size_t parent = (position - 1) / 2;
        if (!before(index, heap_[parent])) break;
        place(position, heap_[parent]);
        position = parent;
    }
    place(position, index);
}

void timer_heap::sift_down(std::size_t position) {
    const std::uint32_t index = heap_[position];
    for (;;) {
        std::size_t child = 2 * position + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
        if (!before(heap_[child], index)) break;
        place(position, heap_[child]);
        position = child;
    }
    place(position, index);
}

seam::handler timer_heap::take(std::uint32_t index) {
    const std::size_t position = slots_[index].position;
    const std::uint32_t last = heap_.back();
    heap_.pop_back();
    if (last != index) {
        place(position, last);
        sift_up(position);
        sift_down(slots_[last].position);
    }
    slot& freed = slots_[index];
    // Generation 0 would make the id of slot 0 equal to "never a timer".
    if (++freed.generation == 0) freed.generation = 1;
    free_.push_back(index);
    return std::exchange(freed.task, nullptr);
}

}  // namespace common::runtime
