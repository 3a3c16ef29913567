#include "tests/simulation/process.hpp"

#include "tests/simulation/node.hpp"

#include <algorithm>

namespace tests::simulation {

using namespace std::chrono_literals;

namespace {

// How long a handler waits for its turn on a loop, and work for its turn on a thread.
constexpr duration turn_delay_max = 50us;

}  // namespace

simulated_loop::simulated_loop(node& machine, life whose) : machine_(machine), life_(std::move(whose)) {}

mono_time simulated_loop::mono_now() const {
    return machine_.sim().now();
}

common::seam::wall_time simulated_loop::wall_now() const {
    return machine_.wall_now();
}

void simulated_loop::post(handler task) {
    auto& sim = machine_.sim();
    last_post_at_ = std::max(last_post_at_, sim.now() + sim.chance().between(0us, turn_delay_max));
    sim.post(last_post_at_ - sim.now(), life_, std::move(task));
}

common::seam::timer_id simulated_loop::call_after(duration delay, handler task) {
    return machine_.sim().after(delay, life_, std::move(task));
}

void simulated_loop::cancel(common::seam::timer_id id) {
    machine_.sim().cancel(id);
}

simulated_pool::simulated_pool(node& machine, life whose) : machine_(machine), life_(std::move(whose)) {}

void simulated_pool::run(common::seam::event_loop& home, handler work, handler done) {
    auto piece = [&home, work = std::move(work), done = std::move(done)]() mutable {
        work();
        work = nullptr;
        home.post(std::move(done));
    };
    machine_.sim().after(machine_.work_delay(), life_, std::move(piece));
}

simulated_serial::simulated_serial(node& machine, life whose) : machine_(machine), life_(std::move(whose)) {}

void simulated_serial::run(common::seam::event_loop& home, handler work, handler done) {
    waiting_.push_back({&home, std::move(work), std::move(done)});
    if (!running_) run_next();
}

void simulated_serial::run_next() {
    running_ = !waiting_.empty();
    if (!running_) return;
    machine_.sim().after(machine_.work_delay(), life_, [this] {
        job next = std::move(waiting_.front());
        waiting_.pop_front();
        next.work();
        next.work = nullptr;
        next.home->post(std::move(next.done));
        run_next();
    });
}

process::process(node& machine)
    : machine_(machine),
      life_(std::make_shared<life_state>()),
      random_(machine.sim().chance().fork()),
      disk_(machine.disk(), life_),
      pool_(machine, life_) {
    loop(0);
}

void process::exit(std::string_view why) {
    if (!running()) return;
    machine_.sim().note(machine_.name(), std::string{"exits: "}.append(why));
    machine_.sim().after(duration::zero(), life_, [this] { machine_.kill(); });
}

simulated_loop& process::loop(std::size_t worker) {
    while (loops_.size() <= worker) loops_.push_back(std::make_unique<simulated_loop>(machine_, life_));
    return *loops_[worker];
}

simulated_serial& process::make_serial() {
    serials_.push_back(std::make_unique<simulated_serial>(machine_, life_));
    return *serials_.back();
}

}  // namespace tests::simulation
