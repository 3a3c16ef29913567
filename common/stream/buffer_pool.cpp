#include "common/stream/buffer_pool.hpp"

#include "common/stream/slab.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>
#include <utility>

namespace common::stream {

namespace {

// The class of what is too big to be kept.
constexpr std::size_t no_class = limits::slab_bytes.size();

std::size_t class_of(std::size_t size_bytes) {
    const auto& sizes = limits::slab_bytes;
    return static_cast<std::size_t>(std::lower_bound(sizes.begin(), sizes.end(), size_bytes) - sizes.begin());
}

}  // namespace

// What the pool and its slabs share: it lives as long as any of them.
class pool_core {
  public:
    explicit pool_core(pool_limits bounds) : bounds_(bounds) {}
    ~pool_core() { trim(); }

    // nullptr when the request is over the budget.
    slab* take(std::size_t size_bytes, bool within_budget) {
        const auto size_class = class_of(size_bytes);
        const auto capacity = size_class == no_class ? size_bytes : limits::slab_bytes[size_class];
        slab* memory = nullptr;
        {
            const std::lock_guard lock(mutex_);
            if (within_budget && (counts_.live_bytes > bounds_.live_bytes_max ||
                                  capacity > bounds_.live_bytes_max - counts_.live_bytes)) {
                ++counts_.refusals;
                return nullptr;
            }
            counts_.live_bytes += capacity;
            counts_.live_bytes_peak = std::max(counts_.live_bytes_peak, counts_.live_bytes);
            ++counts_.live_slabs;
            if (size_class != no_class) memory = pop_idle(size_class);
            ++(memory != nullptr ? counts_.hits : counts_.misses);
        }
        return memory != nullptr ? memory : create(capacity, size_class);
    }

    void give_back(slab* memory) {
        {
            const std::lock_guard lock(mutex_);
            uncount_live(memory->capacity());
            const bool room = memory->capacity() <= bounds_.idle_bytes_max &&
                              counts_.idle_bytes <= bounds_.idle_bytes_max - memory->capacity();
            if (room && memory->size_class() != no_class) {
                memory->next_idle = std::exchange(idle_[memory->size_class()], memory);
                counts_.idle_bytes += memory->capacity();
                ++counts_.idle_slabs;
                return;
            }
        }
        slab::destroy(memory);
    }

    void trim() {
        std::array<slab*, no_class> gone{};
        {
            const std::lock_guard lock(mutex_);
            std::swap(gone, idle_);
            counts_.idle_bytes = 0;
            counts_.idle_slabs = 0;
        }
        for (slab* first : gone) {
            while (first != nullptr) slab::destroy(std::exchange(first, first->next_idle));
        }
    }

    pool_statistics statistics() const {
        const std::lock_guard lock(mutex_);
        return counts_;
    }

  private:
    slab* pop_idle(std::size_t size_class) {
        slab* const top = idle_[size_class];
        if (top == nullptr) return nullptr;
        idle_[size_class] = std::exchange(top->next_idle, nullptr);
        counts_.idle_bytes -= top->capacity();
        --counts_.idle_slabs;
        return top;
    }

    slab* create(std::size_t capacity, std::size_t size_class) {
        try {
            return slab::create(capacity, size_class);
        } catch (const std::bad_alloc&) {
            const std::lock_guard lock(mutex_);
            uncount_live(capacity);
            throw;
        }
    }

    void uncount_live(std::size_t capacity) {
        counts_.live_bytes -= capacity;
        --counts_.live_slabs;
    }

    const pool_limits bounds_;
    mutable std::mutex mutex_;
    std::array<slab*, no_class> idle_{};
    pool_statistics counts_;
};

slab* slab::create(std::size_t capacity, std::size_t size_class) {
    if (capacity > std::numeric_limits<std::size_t>::max() / 2) throw std::bad_alloc();
    void* const memory = ::operator new (sizeof(slab) + capacity, std::align_val_t{alignof(slab)});
    return ::new (memory) slab(capacity, size_class);
}

void slab::destroy(slab* gone) {
    gone->~slab();
    ::operator delete (gone, std::align_val_t{alignof(slab)});
}

void slab::lend(std::shared_ptr<pool_core> home) {
    references_.store(1, std::memory_order_relaxed);
    home_ = std::move(home);
}

void slab::drop_reference() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    // Moved out first: the pool may end with this, its last slab.
    if (const auto home = std::exchange(home_, nullptr)) {
        home->give_back(this);
    } else {
        destroy(this);
    }
}

buffer_pool::buffer_pool(pool_limits bounds) : core_(std::make_shared<pool_core>(bounds)) {}
buffer_pool::~buffer_pool() {
    core_->trim();
}

seam::result<slice> buffer_pool::try_allocate(std::size_t size_bytes, contents what) {
    if (size_bytes == 0) return slice{};
    slab* const memory = core_->take(size_bytes, true);
    if (memory == nullptr) return std::errc::not_enough_memory;
    return lend(memory, size_bytes, what);
}

slice buffer_pool::allocate(std::size_t size_bytes, contents what) {
    if (size_bytes == 0) return slice{};
    return lend(core_->take(size_bytes, false), size_bytes, what);
}

slice buffer_pool::lend(slab* memory, std::size_t size_bytes, contents what) {
    memory->lend(core_);
    if (what == contents::zeroed) std::memset(memory->data(), 0, size_bytes);
    return {memory, memory->data(), size_bytes};
}

pool_statistics buffer_pool::statistics() const {
    return core_->statistics();
}
void buffer_pool::trim() {
    core_->trim();
}

}  // namespace common::stream
