#include "common/runtime/timer_heap.hpp"

#include "tests/catch.hpp"

#include <map>
#include <random>
#include <vector>

using common::runtime::timer_heap;
using common::seam::mono_time;
using namespace std::chrono_literals;

namespace {

mono_time at(std::chrono::nanoseconds since_start) {
    return mono_time(since_start);
}

}  // namespace

TEST_CASE("timer_heap fires in order of due time, and equal ones in order of adding") {
    timer_heap heap;
    std::vector<int> fired;
    heap.add(at(20ns), [&] { fired.push_back(20); });
    heap.add(at(10ns), [&] { fired.push_back(1); });
    heap.add(at(10ns), [&] { fired.push_back(2); });
    REQUIRE(heap.next_due() == at(10ns));
    REQUIRE_FALSE(heap.pop_due(at(9ns)));
    while (auto task = heap.pop_due(at(20ns))) task();
    REQUIRE(fired == std::vector<int>{1, 2, 20});
    REQUIRE_FALSE(heap.next_due().has_value());
}

TEST_CASE("timer_heap: the id of a timer that is gone never removes its successor") {
    timer_heap heap;
    const auto first = heap.add(at(1ns), [] {});
    REQUIRE(heap.pop_due(at(1ns)));
    const auto second = heap.add(at(2ns), [] {});
    REQUIRE(first != second);
    REQUIRE_FALSE(heap.remove(first));
    REQUIRE_FALSE(heap.remove(0));
    REQUIRE(heap.size() == 1);
    REQUIRE(heap.remove(second));
    REQUIRE(heap.size() == 0);
}

TEST_CASE("timer_heap agrees with a sorted map under random use") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    timer_heap heap;
    std::map<std::pair<mono_time, std::uint64_t>, common::seam::timer_id> model;
    std::uint64_t order = 0;
    for (int step = 0; step < 20'000; ++step) {
        const auto choice = random() % 3;
        if (choice == 0 || model.empty()) {
            const auto due = at(std::chrono::nanoseconds(random() % 1000));
            model.emplace(std::pair{due, order++}, heap.add(due, [] {}));
        } else if (choice == 1) {
            auto victim = model.begin();
            std::advance(victim, static_cast<long>(random() % model.size()));
            REQUIRE(heap.remove(victim->second));
            model.erase(victim);
        } else {
            REQUIRE(heap.next_due() == model.begin()->first.first);
            REQUIRE(heap.pop_due(model.begin()->first.first));
            model.erase(model.begin());
        }
        REQUIRE(heap.size() == model.size());
    }
}
