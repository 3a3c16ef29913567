// The memory behind slices: a counted header and, after it, the bytes. Private to slice and buffer_pool.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace common::stream {

class pool_core;

// Aligned to the cache line, so that counting references to one slab never slows the use of
// its neighbour down.
class alignas(64) slab {
  public:
    static slab* create(std::size_t capacity, std::size_t size_class);
    static void destroy(slab* gone);

    std::byte* data() { return reinterpret_cast<std::byte*>(this + 1); }
    std::size_t capacity() const { return capacity_; }
    std::size_t size_class() const { return size_class_; }

    void add_reference() { references_.fetch_add(1, std::memory_order_relaxed); }
    // Gives the memory back when this was the last reference.
    void drop_reference();
    // Acquire: what other owners did with the bytes has happened before we may change them.
    bool unique() const { return references_.load(std::memory_order_acquire) == 1; }

    // Leaving the pool with one reference; `home` is where it goes back to.
    void lend(std::shared_ptr<pool_core> home);

    // The next idle slab of the same size, while the pool keeps it.
    slab* next_idle = nullptr;

  private:
    slab(std::size_t capacity, std::size_t size_class) : capacity_(capacity), size_class_(size_class) {}
    ~slab() = default;

    std::atomic<std::uint32_t> references_{1};
    std::size_t capacity_;
    std::size_t size_class_;
    std::shared_ptr<pool_core> home_;
};

}  // namespace common::stream
