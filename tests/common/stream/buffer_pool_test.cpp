#include "common/stream/buffer_pool.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

using common::stream::buffer_pool;
using common::stream::contents;
using common::stream::pool_limits;
using common::stream::slice;
namespace limits = common::stream::limits;

TEST_CASE("buffer_pool takes the smallest slab that holds the request") {
    struct row {
        std::size_t request;
        std::size_t slab;
    };
    const row rows[] = {{1, 512},
                        {512, 512},
                        {513, 4096},
                        {4097, 16384},
                        {65536, 65536 + 512},
                        {262144 + 512, 262144 + 512},
                        {1048576, 1048576 + 512},
                        {1048576 + 513, 1048576 + 513}};
    for (const auto& [request, slab] : rows) {
        buffer_pool pool;
        const auto bytes = pool.allocate(request);
        REQUIRE(bytes.size() == request);
        REQUIRE(pool.statistics().live_bytes == slab);
        REQUIRE(reinterpret_cast<std::uintptr_t>(bytes.data()) % 64 == 0);
    }
}

TEST_CASE("buffer_pool hands a released slab out again, zeroed when asked") {
    buffer_pool pool;
    const std::byte* where = nullptr;
    {
        auto bytes = pool.allocate(4000, contents::unspecified);
        std::memset(bytes.mutable_bytes().data(), 0xff, bytes.size());
        where = bytes.data();
    }
    auto zeroed = pool.allocate(3000, contents::zeroed);
    REQUIRE(zeroed.data() == where);
    REQUIRE(
        std::all_of(zeroed.bytes().begin(), zeroed.bytes().end(), [](auto b) { return b == std::byte{0}; }));
    const auto counts = pool.statistics();
    REQUIRE(counts.hits == 1);
    REQUIRE(counts.misses == 1);
    REQUIRE(counts.live_slabs == 1);
    REQUIRE(counts.live_bytes_peak == 4096);
    REQUIRE(counts.idle_bytes == 0);
}

TEST_CASE("buffer_pool refuses what goes over its budget and recovers with the next release") {
    buffer_pool pool({.live_bytes_max = 10 * 4096, .idle_bytes_max = 4096});
    std::vector<slice> held;
    for (int i = 0; i < 10; ++i) {
        auto got = pool.try_allocate(4096);
        REQUIRE(got);
        held.push_back(std::move(*got));
    }
    const auto refused = pool.try_allocate(1);
    REQUIRE(refused.error() == std::errc::not_enough_memory);
    REQUIRE(pool.statistics().refusals == 1);
    REQUIRE(pool.allocate(1).size() == 1);
    held.pop_back();
    REQUIRE(pool.try_allocate(4096));
}

TEST_CASE("buffer_pool keeps no more idle memory than it may") {
    buffer_pool pool({.live_bytes_max = limits::mib, .idle_bytes_max = 3 * 4096});
    {
        std::vector<slice> held;
        for (int i = 0; i < 8; ++i) held.push_back(pool.allocate(4096));
    }
    REQUIRE(pool.statistics().idle_bytes == 3 * 4096);
    REQUIRE(pool.statistics().idle_slabs == 3);
    REQUIRE(pool.statistics().live_bytes == 0);
    pool.trim();
    REQUIRE(pool.statistics().idle_bytes == 0);
}

TEST_CASE("buffer_pool may go before its slices") {
    auto pool = std::make_unique<buffer_pool>();
    auto survivor = pool->allocate(100);
    pool.reset();
    survivor.mutable_bytes()[99] = std::byte{1};
    REQUIRE(survivor.size() == 100);
}

TEST_CASE("buffer_pool counts every byte through random use") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    buffer_pool pool({.live_bytes_max = 4 * limits::mib, .idle_bytes_max = limits::mib});
    std::vector<slice> held;
    for (int step = 0; step < 20'000; ++step) {
        if (random() % 2 == 0 || held.empty()) {
            auto got = pool.try_allocate(1 + random() % (300 * limits::kib), contents::unspecified);
            if (got) held.push_back(std::move(*got));
        } else if (random() % 3 == 0) {
            const slice copy = held[random() % held.size()];
            held.push_back(copy.first(random() % (copy.size() + 1)));
        } else {
            std::swap(held[random() % held.size()], held.back());
            held.pop_back();
        }
        const auto counts = pool.statistics();
        REQUIRE(counts.live_bytes <= 4 * limits::mib);
        REQUIRE(counts.idle_bytes <= limits::mib);
    }
    held.clear();
    REQUIRE(pool.statistics().live_bytes == 0);
    REQUIRE(pool.statistics().live_slabs == 0);
}

TEST_CASE("buffer_pool slices travel between threads and their bytes arrive") {
    constexpr int threads = 4;
    constexpr int rounds = 5'000;
    buffer_pool pool;
    std::mutex mutex;
    std::vector<slice> exchange;
    std::atomic<int> wrong = 0;
    const auto work = [&](int number) {
        for (int round = 0; round < rounds; ++round) {
            auto mine = pool.allocate(64 + static_cast<std::size_t>(round % 7) * 1000, contents::unspecified);
            std::memset(mine.mutable_bytes().data(), number, mine.size());
            slice theirs = mine.first(mine.size() / 2);
            {
                const std::lock_guard lock(mutex);
                if (!exchange.empty()) std::swap(theirs, exchange.back());
                if (exchange.size() < 8) exchange.push_back(mine.last(10));
            }
            const auto bytes = theirs.bytes();
            if (std::any_of(bytes.begin(), bytes.end(), [&](auto b) { return b != bytes.front(); })) ++wrong;
        }
    };
    {
        std::vector<std::jthread> running;
        for (int number = 1; number <= threads; ++number) running.emplace_back(work, number);
    }
    exchange.clear();
    REQUIRE(wrong == 0);
    REQUIRE(pool.statistics().live_bytes == 0);
}

TEST_CASE("buffer_pool memory is changed by its last owner only after the others have let go") {
    buffer_pool pool;
    std::atomic<int> wrong = 0;
    for (int round = 0; round < 2'000; ++round) {
        auto bytes = pool.allocate(512);
        std::jthread reader([copy = bytes, &wrong]() mutable {
            const slice mine = std::move(copy);
            if (mine.bytes().back() != std::byte{0}) ++wrong;
        });
        while (!bytes.unique()) std::this_thread::yield();
        bytes.mutable_bytes().back() = std::byte{1};
    }
    REQUIRE(wrong == 0);
}
