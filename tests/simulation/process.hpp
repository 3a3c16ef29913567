// One run of a program on a machine: the seams it gets, and its death.
//
// Everything here is what the code under test sees instead of Asio, threads, the clock and the system's
// random generator. Loops run their handlers in the order they were posted, a little later; blocking work
// runs in one piece at a random later moment and its completion is delivered at another.
#pragma once

#include "tests/simulation/disk.hpp"
#include "tests/simulation/world.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace tests::simulation {

class node;

class simulated_loop final : public common::seam::event_loop {
  public:
    simulated_loop(node& machine, life whose);

    mono_time mono_now() const override;
    common::seam::wall_time wall_now() const override;
    void post(handler task) override;
    common::seam::timer_id call_after(duration delay, handler task) override;
    void cancel(common::seam::timer_id id) override;

  private:
    node& machine_;
    life life_;
    mono_time last_post_at_{};
};

// A pool of threads: pieces of work overtake each other.
class simulated_pool final : public common::seam::blocking_pool {
  public:
    simulated_pool(node& machine, life whose);
    void run(common::seam::event_loop& home, handler work, handler done) override;

  private:
    node& machine_;
    life life_;
};

// One thread: pieces of work run in the order they were given.
class simulated_serial final : public common::seam::serial_executor {
  public:
    simulated_serial(node& machine, life whose);
    void run(common::seam::event_loop& home, handler work, handler done) override;

  private:
    struct job {
        common::seam::event_loop* home;
        handler work;
        handler done;
    };
    void run_next();

    node& machine_;
    life life_;
    std::deque<job> waiting_;
    bool running_ = false;
};

class process {
  public:
    explicit process(node& machine);
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    node& machine() { return machine_; }
    const life& alive() const { return life_; }
    bool running() const { return life_->alive; }

    // Worker 0 is there from the start; a program with several workers asks for more.
    simulated_loop& loop(std::size_t worker = 0);
    simulated_pool& pool() { return pool_; }
    // Each call starts another thread of its own.
    simulated_serial& make_serial();
    prng& random() { return random_; }
    simulated_disk& disk() { return disk_; }

    // The program ends itself: after the present handler the process is gone, as if killed.
    void exit(std::string_view why);
    // What SIGTERM does; nothing set: exit at once.
    handler on_terminate;

    // The program's own memory, made by the node's boot function; destroyed before everything above.
    std::shared_ptr<void> program;

  private:
    node& machine_;
    life life_;
    prng random_;
    simulated_disk disk_;
    simulated_pool pool_;
    std::vector<std::unique_ptr<simulated_loop>> loops_;
    std::vector<std::unique_ptr<simulated_serial>> serials_;
};

}  // namespace tests::simulation
