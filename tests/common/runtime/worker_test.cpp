#include "common/runtime/worker.hpp"

#include "common/runtime/worker_group.hpp"
#include "tests/catch.hpp"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

using common::runtime::worker;
using common::runtime::worker_group;
using namespace std::chrono_literals;

TEST_CASE("worker runs what several threads post, each thread's tasks in order, all on its own thread") {
    constexpr int threads = 4;
    constexpr int posts = 5'000;
    worker loop("loop");
    std::vector<int> last(threads, -1);
    int wrong = 0;
    int seen = 0;
    std::promise<void> all_seen;
    loop.start();
    std::vector<std::thread> posters;
    for (int id = 0; id < threads; ++id) {
        posters.emplace_back([&, id] {
            for (int i = 0; i < posts; ++i) {
                loop.post([&, id, i] {
                    auto& previous = last[static_cast<std::size_t>(id)];
                    if (previous != i - 1 || !loop.on_own_thread()) ++wrong;
                    previous = i;
                    if (++seen == threads * posts) all_seen.set_value();
                });
            }
        });
    }
    for (auto& each : posters) each.join();
    all_seen.get_future().wait();
    REQUIRE(wrong == 0);
}

TEST_CASE("worker runs a posted task after the current handler, never inside post") {
    worker loop("loop");
    std::vector<int> order;
    loop.post([&] {
        loop.post([&] {
            order.push_back(2);
            loop.stop();
        });
        order.push_back(1);
    });
    loop.run();
    REQUIRE(order == std::vector<int>{1, 2});
}

TEST_CASE("worker fires timers in order, not those cancelled, and an earlier one started later") {
    worker loop("loop");
    std::vector<int> fired;
    loop.call_after(40ms, [&] {
        fired.push_back(40);
        loop.stop();
    });
    const auto cancelled = loop.call_after(20ms, [&] { fired.push_back(20); });
    loop.call_after(10ms, [&] {
        fired.push_back(10);
        loop.cancel(cancelled);
    });
    const auto started = loop.mono_now();
    loop.run();
    REQUIRE(fired == std::vector<int>{10, 40});
    REQUIRE(loop.mono_now() - started >= 40ms);
}

TEST_CASE("worker lets timers in between many posted tasks, and keeps their order") {
    constexpr int tasks = 60;
    worker loop("loop");
    int next = 0;
    int wrong = 0;
    int seen_by_timer = -1;
    loop.call_after(1ms, [&] { seen_by_timer = next; });
    for (int i = 0; i < tasks; ++i) {
        loop.post([&, i] {
            if (i != next++) ++wrong;
            const auto until = loop.mono_now() + 1ms;
            while (loop.mono_now() < until) {
            }
            // Posted while the first tasks wait: behind all of them.
            if (i == 0) {
                loop.post([&] {
                    if (next != tasks) ++wrong;
                    loop.stop();
                });
            }
        });
    }
    loop.run();
    REQUIRE(wrong == 0);
    REQUIRE(next == tasks);
    REQUIRE(seen_by_timer > 0);
    REQUIRE(seen_by_timer < tasks);
}

TEST_CASE("worker destroys what was left of a turn when it is stopped") {
    const auto held = std::make_shared<int>();
    {
        worker loop("loop");
        loop.post([&] {
            loop.stop();
            const auto until = loop.mono_now() + 20ms;
            while (loop.mono_now() < until) {
            }
        });
        for (int i = 0; i < 3; ++i) {
            loop.post([held, &loop] { loop.post([held] {}); });
        }
        loop.run();
        REQUIRE(held.use_count() == 4);
    }
    REQUIRE(held.use_count() == 1);
}

TEST_CASE("worker goes on after a handler threw") {
    worker loop("loop");
    bool reached = false;
    loop.post([] { throw std::runtime_error("a defect of one connection"); });
    loop.post([&] {
        reached = true;
        loop.stop();
    });
    loop.run();
    REQUIRE(reached);
}

TEST_CASE("worker destroys what it did not run, and handlers may call it while they go") {
    struct owner {
        owner(worker& home, std::atomic<int>& count) : loop(home), gone(count) {}
        worker& loop;
        std::atomic<int>& gone;
        common::seam::timer_id timer = 0;
        ~owner() {
            loop.cancel(timer);
            loop.post([] {});
            ++gone;
        }
    };
    std::atomic<int> gone{0};
    {
        worker loop("loop");
        auto posted = std::make_shared<owner>(loop, gone);
        auto timed = std::make_shared<owner>(loop, gone);
        timed->timer = loop.call_after(1h, [timed] {});
        loop.post([posted] {});
    }
    REQUIRE(gone == 2);
}

TEST_CASE("worker_group gives the next connection to the least loaded worker, equal ones in turn") {
    worker_group workers(3);
    REQUIRE(workers.size() == 3);
    std::vector<worker::load_ticket> tickets;
    for (std::size_t i = 0; i < 3; ++i) {
        auto& picked = workers.pick();
        REQUIRE(&picked == &workers.at(i));
        tickets.emplace_back(picked);
    }
    tickets.erase(tickets.begin() + 1);
    REQUIRE(&workers.pick() == &workers.at(1));
}
