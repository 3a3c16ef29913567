// What goes wrong in a run: a seed chooses a climate, the climate throws faults at machines and network until
// it is called off.
//
//   weather storm{sim, net, {&server, &ada, &bob}};
//   storm.begin();                 // faults at random moments; dead machines are started again after a while
//   sim.run_for(20s);
//   storm.heal();                  // everything is mended and running; from here on things must get done
//
// Some climates know only one or two kinds of fault, some know all, some none: rare combinations come up
// sooner than if every run had a little of everything.
#pragma once

#include "tests/simulation/network.hpp"
#include "tests/simulation/node.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace tests::simulation {

class weather {
  public:
    weather(world& sim, network& net, std::vector<node*> machines);

    void begin();
    void heal();

  private:
    struct kind {
        const char* name;
        void (weather::*strike)();
    };
    static const std::vector<kind>& kinds();

    void plan_next();
    void plan_restart(node& machine);
    node& any();
    node& victim();
    duration some_time();

    void reset_stream();
    void block_one_way();
    void block_in_turns();
    void kill();
    void terminate();
    void lose_power();
    void kill_while_writing();
    void lose_power_while_writing();
    void stop();
    void slow_down();
    void jump_clock();
    void fail_disk();
    void fill_disk();

    world& sim_;
    network& net_;
    std::vector<node*> machines_;
    std::vector<kind> climate_;
    duration pause_max_{};
    bool calm_ = true;
};

}  // namespace tests::simulation
