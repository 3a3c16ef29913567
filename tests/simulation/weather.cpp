#include "tests/simulation/weather.hpp"

#include <algorithm>
#include <string>

namespace tests::simulation {

using namespace std::chrono_literals;

namespace {

constexpr duration restart_delay_max = 3s;
constexpr duration healthy_work_delay_max = 2ms;
constexpr duration slow_work_delay_max = 2s;
// How many disk operations ahead a crash is armed: about as many as a busy second makes.
constexpr std::uint64_t crash_operations_max = 60;

}  // namespace

weather::weather(world& sim, network& net, std::vector<node*> machines)
    : sim_(sim), net_(net), machines_(std::move(machines)) {
    for (auto* machine : machines_) {
        machine->on_death([this, machine](bool) { plan_restart(*machine); });
    }
}

const std::vector<weather::kind>& weather::kinds() {
    static const std::vector<kind> all{
        {"resets", &weather::reset_stream},
        {"one-way blocks", &weather::block_one_way},
        {"blocks in turns", &weather::block_in_turns},
        {"kills", &weather::kill},
        {"terminations", &weather::terminate},
        {"power failures", &weather::lose_power},
        {"kills while writing", &weather::kill_while_writing},
        {"power failures while writing", &weather::lose_power_while_writing},
        {"stops", &weather::stop},
        {"slow disks", &weather::slow_down},
        {"clock jumps", &weather::jump_clock},
        {"disk errors", &weather::fail_disk},
        {"full disks", &weather::fill_disk},
    };
    return all;
}

void weather::begin() {
    auto& chance = sim_.chance();
    calm_ = false;
    pause_max_ = chance.between(100ms, 3s);
    const auto choice = chance.below(10);
    std::string names;
    for (const kind& each : kinds()) {
        // One run in ten is calm, three have every kind, the others two or three kinds of the thirteen.
        const bool chosen = choice >= 1 && (choice < 4 || chance.one_in(5));
        if (!chosen) continue;
        climate_.push_back(each);
        names += std::string{names.empty() ? "" : ", "} + each.name;
    }
    sim_.note("weather", climate_.empty() ? "calm" : names);
    plan_next();
}

void weather::heal() {
    sim_.note("weather", "heals");
    calm_ = true;
    net_.unblock_all();
    for (auto* machine : machines_) {
        machine->disk().set_faults({});
        machine->disk().crash_in(0, nullptr);
        machine->set_work_delay_max(healthy_work_delay_max);
        if (!machine->running()) machine->start();
    }
}

void weather::plan_next() {
    if (climate_.empty()) return;
    sim_.after(sim_.chance().between(1ms, pause_max_), {}, [this] {
        if (calm_) return;
        (this->*climate_[sim_.chance().below(climate_.size())].strike)();
        plan_next();
    });
}

// A supervisor: whatever died is started again, also when it died of a fault that is still there.
void weather::plan_restart(node& machine) {
    sim_.after(sim_.chance().between(10ms, restart_delay_max), {}, [&machine] {
        if (!machine.running()) machine.start();
    });
}

node& weather::any() {
    return *machines_[sim_.chance().below(machines_.size())];
}

// The first machine is the server: it gets more than its share of the trouble.
node& weather::victim() {
    return sim_.chance().one_in(2) ? *machines_.front() : any();
}

duration weather::some_time() {
    return sim_.chance().one_in(4) ? sim_.chance().between(1s, 20s) : sim_.chance().between(1ms, 1s);
}

void weather::reset_stream() {
    net_.reset_one();
}

void weather::block_one_way() {
    node& from = any();
    node& to = any();
    if (&from == &to) return;
    net_.block(from, to);
    sim_.after(some_time(), {}, [this, &from, &to] { net_.unblock(from, to); });
}

// Blocks some machines from the others one after the other, and frees them in another order.
void weather::block_in_turns() {
    for (auto* machine : machines_) {
        if (machine == machines_.front() || sim_.chance().one_in(2)) continue;
        const auto begin = sim_.chance().between(0ms, 500ms);
        const auto end = begin + some_time();
        node& hub = *machines_.front();
        sim_.after(begin, {}, [this, &hub, machine] {
            if (calm_) return;
            net_.block(hub, *machine);
            net_.block(*machine, hub);
        });
        sim_.after(end, {}, [this, &hub, machine] {
            net_.unblock(hub, *machine);
            net_.unblock(*machine, hub);
        });
    }
}

void weather::kill() {
    victim().kill();
}

void weather::terminate() {
    victim().terminate();
}

void weather::lose_power() {
    victim().lose_power();
}

void weather::kill_while_writing() {
    victim().crash_at_disk_operation(sim_.chance().between(1, crash_operations_max), false);
}

void weather::lose_power_while_writing() {
    victim().crash_at_disk_operation(sim_.chance().between(1, crash_operations_max), true);
}

void weather::stop() {
    victim().stop_for(some_time());
}

void weather::slow_down() {
    node& machine = any();
    machine.set_work_delay_max(sim_.chance().between(healthy_work_delay_max, slow_work_delay_max));
    sim_.after(some_time(), {}, [&machine] { machine.set_work_delay_max(healthy_work_delay_max); });
}

void weather::jump_clock() {
    constexpr std::int64_t ten_years_ms = 10LL * 365 * 24 * 3600 * 1000;
    const auto jump = static_cast<std::int64_t>(sim_.chance().below(2 * ten_years_ms)) - ten_years_ms;
    any().set_wall_offset(std::chrono::milliseconds{jump});
}

void weather::fail_disk() {
    node& machine = victim();
    auto& chance = sim_.chance();
    disk_faults faults;
    if (chance.one_in(3)) faults.read_one_in = chance.between(1, 50);
    if (chance.one_in(3)) faults.write_one_in = chance.between(1, 50);
    if (chance.one_in(2)) faults.sync_one_in = chance.between(1, 20);
    machine.disk().set_faults(faults);
    sim_.after(some_time(), {}, [&machine] { machine.disk().set_faults({}); });
}

void weather::fill_disk() {
    node& machine = victim();
    machine.disk().set_faults({.full = true});
    sim_.after(some_time(), {}, [&machine] { machine.disk().set_faults({}); });
}

}  // namespace tests::simulation
