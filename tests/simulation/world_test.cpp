#include "tests/simulation/world.hpp"

#include "tests/catch.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/node.hpp"

#include <string>
#include <vector>

using namespace tests::simulation;
using namespace std::chrono_literals;

TEST_CASE("world runs events in the order of their time, and then of their scheduling") {
    world sim{1};
    std::string order;
    sim.after(2ms, {}, [&] { order += 'c'; });
    sim.after(1ms, {}, [&] { order += 'a'; });
    sim.after(1ms, {}, [&] { order += 'b'; });
    sim.run_for(1s);
    REQUIRE(order == "abc");
    REQUIRE(sim.now() == mono_time{} + 1s);
}

TEST_CASE("world drops what a dead process had planned, with what it owned") {
    world sim{1};
    const auto whose = std::make_shared<life_state>();
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    bool ran = false;
    sim.after(1ms, whose, [&ran, kept = std::move(owned)] { ran = *kept == 1; });
    std::string last;
    sim.post(1ms, whose, [&] {
        last += 'p';
        sim.post(1ms, whose, [&] { last += 'q'; });
    });
    whose->alive = false;
    sim.bury(whose, [&] { last += 't'; });
    REQUIRE(watched.expired());
    // What was posted still runs, at once and after the end was told.
    REQUIRE(last == "tpq");
    sim.run_for(1s);
    REQUIRE_FALSE(ran);
    REQUIRE(sim.after(1ms, whose, [] {}) == 0);
}

TEST_CASE("world holds back the events of a stopped process, in order") {
    world sim{1};
    const auto whose = std::make_shared<life_state>();
    std::string order;
    sim.after(1ms, whose, [&] { order += 'a'; });
    sim.after(2ms, whose, [&] { order += 'b'; });
    whose->stopped_until = mono_time{} + 10ms;
    sim.run_for(5ms);
    REQUIRE(order.empty());
    sim.run_for(10ms);
    REQUIRE(order == "ab");
}

TEST_CASE("world stops at the first event that breaks a check and shows what led to it") {
    world sim{1};
    sim.note("server", "is about to fail");
    int balance = 0;
    sim.add_check([&] {
        if (balance < 0) sim.fail("the balance is negative");
    });
    sim.after(1ms, {}, [&] { balance = 1; });
    sim.after(2ms, {}, [&] { balance = -1; });
    REQUIRE_THROWS_AS(sim.run_for(1s), violation);
    REQUIRE(sim.now() == mono_time{} + 2ms);
    REQUIRE(sim.trace().find("is about to fail") != std::string::npos);
    REQUIRE(sim.trace().find("the balance is negative") != std::string::npos);
}

TEST_CASE("a loop runs posted handlers in order and timers when they are due") {
    world sim{7};
    node machine{sim, "machine"};
    std::vector<int> order;
    machine.on_boot([&](process& own) {
        auto& loop = own.loop();
        for (int i = 0; i < 100; ++i) loop.post([&order, i] { order.push_back(i); });
        const auto cancelled = loop.call_after(1ms, [&order] { order.push_back(-1); });
        loop.call_after(1s, [&order] { order.push_back(100); });
        loop.cancel(cancelled);
        return nullptr;
    });
    machine.start();
    sim.run_for(999ms);
    REQUIRE(order.size() == 100);
    REQUIRE(std::is_sorted(order.begin(), order.end()));
    sim.run_for(1ms);
    REQUIRE(order.back() == 100);
}

TEST_CASE("a serial executor keeps the order of its work, a pool does not") {
    world sim{7};
    node machine{sim, "machine"};
    std::vector<int> serial;
    std::vector<int> pooled;
    machine.on_boot([&](process& own) {
        auto& executor = own.make_serial();
        for (int i = 0; i < 50; ++i) {
            executor.run(
                own.loop(), [] {}, [&serial, i] { serial.push_back(i); });
            own.pool().run(
                own.loop(), [] {}, [&pooled, i] { pooled.push_back(i); });
        }
        return nullptr;
    });
    machine.start();
    sim.run_for(10s);
    REQUIRE(serial.size() == 50);
    REQUIRE(std::is_sorted(serial.begin(), serial.end()));
    REQUIRE(pooled.size() == 50);
    REQUIRE_FALSE(std::is_sorted(pooled.begin(), pooled.end()));
}

TEST_CASE("a killed process runs nothing more and its memory is gone") {
    world sim{3};
    node machine{sim, "machine"};
    int ticks = 0;
    std::weak_ptr<void> memory;
    const auto boot = [&](process& own) {
        own.loop().call_after(10ms, [&ticks] { ++ticks; });
        std::shared_ptr<void> program = std::make_shared<std::string>("state");
        memory = program;
        return program;
    };
    machine.on_boot(boot);
    machine.start();
    sim.run_for(5ms);
    machine.kill();
    REQUIRE(memory.expired());
    sim.run_for(1s);
    REQUIRE(ticks == 0);
    machine.start();
    sim.run_for(1s);
    REQUIRE(ticks == 1);
    REQUIRE(machine.boots() == 2);
}

TEST_CASE("a wall clock may jump while the monotonic one does not") {
    world sim{3};
    node machine{sim, "machine"};
    machine.on_boot([](process&) { return nullptr; });
    machine.start();
    auto& loop = machine.current().loop();
    const auto before = loop.wall_now();
    const auto mono = loop.mono_now();
    machine.set_wall_offset(-std::chrono::hours{24 * 365});
    REQUIRE(loop.wall_now() == before - std::chrono::hours{24 * 365});
    REQUIRE(loop.mono_now() == mono);
}
