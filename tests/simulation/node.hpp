// A machine: its disk outlives its programs, its clock may be wrong, and it can be killed or unplugged.
//
//   node server{sim, "server"};
//   server.on_boot([&](process& own) { return std::make_shared<my_program>(own.loop(), own.disk()); });
//   server.start();
//   server.kill();           // kill -9: memory is gone, everything written is still there
//   server.lose_power();     // un-synced writes may be gone or torn as well
//   server.start();          // boots again on what the disk kept
//
// Both ways to die may also be armed for the n-th disk operation from now, in the middle of a handler or of a
// database commit: the process is dead from that operation on, and is cleared away after the handler.
#pragma once

#include "tests/simulation/disk_media.hpp"
#include "tests/simulation/process.hpp"
#include "tests/simulation/world.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tests::simulation {

class node {
  public:
    node(world& sim, std::string name);
    node(const node&) = delete;
    node& operator=(const node&) = delete;
    ~node();

    using boot_function = std::function<std::shared_ptr<void>(process&)>;
    void on_boot(boot_function boot) { boot_ = std::move(boot); }
    // Told at the moment of death, before the memory is gone; `power` tells which death.
    void on_death(std::function<void(bool power)> listener) { listeners_.push_back(std::move(listener)); }

    // Told when what the dead process had in memory is about to go.
    void on_burial(std::function<void(const life&)> listener) {
        burial_listeners_.push_back(std::move(listener));
    }

    void start();
    void kill();
    void terminate();  // SIGTERM
    void lose_power();
    void stop_for(duration time);  // SIGSTOP … SIGCONT
    // Kills or unplugs it at the n-th disk operation from now.
    void crash_at_disk_operation(std::uint64_t nth, bool power);

    bool running() const { return process_ && process_->running(); }
    process& current() { return *process_; }
    std::uint64_t boots() const { return boots_; }

    world& sim() { return sim_; }
    const std::string& name() const { return name_; }
    disk_media& disk() { return disk_; }

    // The wall clock: wrong by an offset that may jump at any time.
    common::seam::wall_time wall_now() const;
    void set_wall_offset(std::chrono::milliseconds offset) { wall_offset_ = offset; }
    // How long blocking work takes until it is done; see set_slow.
    duration work_delay();
    void set_work_delay_max(duration at_most) { work_delay_max_ = at_most; }

  private:
    void die(bool power);
    void bury();

    world& sim_;
    std::string name_;
    disk_media disk_;
    boot_function boot_;
    std::vector<std::function<void(bool)>> listeners_;
    std::vector<std::function<void(const life&)>> burial_listeners_;
    std::unique_ptr<process> process_;
    std::chrono::milliseconds wall_offset_{};
    duration work_delay_max_;
    std::uint64_t boots_ = 0;
};

}  // namespace tests::simulation
