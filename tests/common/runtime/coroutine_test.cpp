#include "common/runtime/deadline.hpp"
#include "common/runtime/first_exit.hpp"
#include "common/runtime/job_threads.hpp"
#include "common/runtime/offload.hpp"
#include "common/runtime/spawn.hpp"
#include "common/runtime/worker.hpp"
#include "tests/catch.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <stdexcept>
#include <string>

using namespace common::runtime;
using namespace std::chrono_literals;

TEST_CASE("spawn_logged counts a coroutine while it runs and survives its exception") {
    worker loop("loop");
    task_counter tasks;
    auto failing = [&loop, &tasks]() -> asio::awaitable<void> {
        asio::steady_timer later(loop.io(), 1ms);
        co_await later.async_wait(asio::use_awaitable);
        if (tasks.running() == 1) throw std::runtime_error("as intended by this test");
    };
    spawn_logged(loop.io().get_executor(), tasks, "failing", std::move(failing));
    REQUIRE(tasks.running() == 1);
    bool idle = false;
    tasks.wait_idle(loop, 10s, [&](bool all_done) {
        idle = all_done;
        loop.stop();
    });
    loop.run();
    REQUIRE(idle);
    REQUIRE(tasks.running() == 0);
}

TEST_CASE("wait_idle says no when the limit passes first") {
    worker loop("loop");
    task_counter tasks;
    const auto held = tasks.enter();
    bool idle = true;
    tasks.wait_idle(loop, 5ms, [&](bool all_done) {
        idle = all_done;
        loop.stop();
    });
    loop.run();
    REQUIRE_FALSE(idle);
}

TEST_CASE("run_until_first_exit cancels the other and keeps the first error") {
    worker loop("loop");
    task_counter tasks;
    bool other_ended = false;
    std::string caught;
    auto body = [&]() -> asio::awaitable<void> {
        auto failing = [&loop]() -> asio::awaitable<void> {
            asio::steady_timer soon(loop.io(), 1ms);
            co_await soon.async_wait(asio::use_awaitable);
            throw std::runtime_error("first");
        };
        auto waiting = [&loop, &other_ended]() -> asio::awaitable<void> {
            asio::steady_timer never(loop.io(), 1h);
            const auto token = asio::experimental::as_tuple(asio::use_awaitable);
            co_await never.async_wait(token);
            other_ended = true;
        };
        try {
            co_await run_until_first_exit(failing, waiting);
        } catch (const std::exception& error) {
            caught = error.what();
        }
        loop.stop();
    };
    spawn_logged(loop.io().get_executor(), tasks, "body", std::move(body));
    loop.run();
    REQUIRE(other_ended);
    REQUIRE(caught == "first");
}

TEST_CASE("op_deadline ends one operation and leaves the next one alone") {
    worker loop("loop");
    task_counter tasks;
    std::error_code first;
    std::error_code second;
    auto body = [&]() -> asio::awaitable<void> {
        asio::steady_timer timer(loop.io(), 1h);
        op_deadline limit(loop.io().get_executor());
        auto short_limit = limit.arm(2ms);
        const auto [timed_out] = co_await timer.async_wait(short_limit);
        limit.disarm();
        timer.expires_after(1ms);
        auto long_limit = limit.arm(1h);
        const auto [fine] = co_await timer.async_wait(long_limit);
        limit.disarm();
        first = timed_out;
        second = fine;
        loop.stop();
    };
    spawn_logged(loop.io().get_executor(), tasks, "body", std::move(body));
    loop.run();
    REQUIRE(first == asio::error::operation_aborted);
    REQUIRE_FALSE(second);
}

TEST_CASE("offload goes to the pool, returns its value on the loop and rethrows its exception") {
    worker loop("loop");
    blocking_pool pool(1);
    task_counter tasks;
    int value = 0;
    bool on_loop = false;
    bool worked_on_loop = true;
    std::string caught;
    auto body = [&]() -> asio::awaitable<void> {
        auto work = [&] {
            worked_on_loop = loop.on_own_thread();
            return 42;
        };
        value = co_await offload(pool, loop, work);
        on_loop = loop.on_own_thread();
        auto broken = []() -> int { throw std::runtime_error("no"); };
        try {
            value += co_await offload(pool, loop, broken);
        } catch (const std::exception& error) {
            caught = error.what();
        }
        loop.stop();
    };
    spawn_logged(loop.io().get_executor(), tasks, "body", std::move(body));
    loop.run();
    REQUIRE(value == 42);
    REQUIRE(on_loop);
    REQUIRE_FALSE(worked_on_loop);
    REQUIRE(caught == "no");
}
