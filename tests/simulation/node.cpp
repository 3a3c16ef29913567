#include "tests/simulation/node.hpp"

#include <chrono>
#include <utility>

namespace tests::simulation {

using namespace std::chrono_literals;

node::node(world& sim, std::string name)
    : sim_(sim), name_(std::move(name)), disk_(sim, name_), work_delay_max_(2ms) {}

node::~node() {
    // Nobody is told: the run is over, and those who listened may be gone.
    if (process_) process_->alive()->alive = false;
    bury();
}

void node::start() {
    bury();
    ++boots_;
    sim_.note(name_, "start");
    process_ = std::make_unique<process>(*this);
    try {
        process_->program = boot_(*process_);
    } catch (const std::exception& error) {
        sim_.note(name_, std::string{"does not start: "} + error.what());
        if (running()) die(false);
    }
}

void node::kill() {
    if (running()) die(false);
    bury();
}

void node::terminate() {
    if (!running()) return;
    sim_.note(name_, "is terminated");
    if (!process_->on_terminate) return kill();
    process_->on_terminate();
}

void node::lose_power() {
    if (running()) die(true);
    bury();
}

void node::stop_for(duration time) {
    if (!running()) return;
    sim_.note(name_, "stopped");
    process_->alive()->stopped_until = sim_.now() + time;
}

void node::crash_at_disk_operation(std::uint64_t nth, bool power) {
    disk_.crash_in(nth, [this, power] {
        if (!running()) return;
        die(power);
        sim_.after(0ns, {}, [this] {
            if (!running()) bury();
        });
    });
}

common::seam::wall_time node::wall_now() const {
    constexpr common::seam::wall_time start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    return start + std::chrono::floor<std::chrono::milliseconds>(sim_.now().time_since_epoch()) +
           wall_offset_;
}

duration node::work_delay() {
    return duration{static_cast<duration::rep>(
        sim_.chance().skewed(static_cast<std::uint64_t>(work_delay_max_.count())))};
}

void node::die(bool power) {
    if (!process_->running()) return;
    sim_.note(name_, power ? "loses power" : "is killed");
    process_->alive()->alive = false;
    disk_.crash_in(0, nullptr);
    if (power) disk_.lose_power();
    for (const auto& listener : listeners_) listener(power);
}

void node::bury() {
    if (!process_) return;
    const life whose = process_->alive();
    sim_.bury(whose, [&] {
        for (const auto& listener : burial_listeners_) listener(whose);
    });
    process_->program.reset();
    process_.reset();
}

}  // namespace tests::simulation
