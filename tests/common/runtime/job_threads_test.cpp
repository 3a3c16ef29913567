#include "common/runtime/job_threads.hpp"

#include "common/runtime/worker.hpp"
#include "tests/catch.hpp"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

using common::runtime::blocking_pool;
using common::runtime::serial_executor;
using common::runtime::worker;

TEST_CASE("blocking_pool works off the loop and reports back on it, once for each job") {
    constexpr int jobs = 2'000;
    worker loop("loop");
    std::atomic<int> worked{0};
    std::atomic<int> wrong_thread{0};
    int done = 0;
    {
        blocking_pool pool(3);
        for (int i = 0; i < jobs; ++i) {
            pool.run(
                loop,
                [&] {
                    if (loop.on_own_thread()) ++wrong_thread;
                    ++worked;
                },
                [&] {
                    if (!loop.on_own_thread()) ++wrong_thread;
                    if (++done == jobs) loop.stop();
                });
        }
        loop.run();
        REQUIRE(pool.stats().waiting == 0);
    }
    REQUIRE(worked == jobs);
    REQUIRE(done == jobs);
    REQUIRE(wrong_thread == 0);
}

TEST_CASE("blocking_pool finishes what is queued before it goes") {
    worker loop("loop");
    std::atomic<int> worked{0};
    {
        blocking_pool pool(1);
        for (int i = 0; i < 100; ++i) {
            pool.run(
                loop, [&] { ++worked; }, [] {});
        }
    }
    REQUIRE(worked == 100);
}

TEST_CASE("serial_executor runs one job at a time, in the order given") {
    worker loop("loop");
    std::vector<int> order;
    serial_executor executor("serial");
    for (int i = 0; i < 500; ++i) {
        executor.run(
            loop, [&order, i] { order.push_back(i); },
            [&loop, i] {
                if (i == 499) loop.stop();
            });
    }
    loop.run();
    REQUIRE(order.size() == 500);
    REQUIRE(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("job statistics tell the depth while a job blocks") {
    worker loop("loop");
    blocking_pool pool(1);
    std::promise<void> entered;
    std::promise<void> release;
    pool.run(
        loop,
        [&] {
            entered.set_value();
            release.get_future().wait();
        },
        [] {});
    pool.run(
        loop, [] {}, [&] { loop.stop(); });
    entered.get_future().wait();
    REQUIRE(pool.stats().running == 1);
    REQUIRE(pool.stats().waiting == 1);
    release.set_value();
    loop.run();
    REQUIRE(pool.stats().waiting == 0);
}
