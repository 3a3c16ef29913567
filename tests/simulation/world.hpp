// Virtual time and everything that happens in it. One seed is one run.
//
//   world sim{seed};
//   sim.after(10ms, {}, [] { … });                 // something the world itself does
//   sim.after(10ms, process.alive(), [] { … });    // something a process does: dropped when it is dead
//   sim.add_check([&] { if (broken) sim.fail("two records have number 7"); });
//   sim.run_until([&] { return done; }, 60s);      // throws `violation` when a check fails
//
//        events, ordered by (time, order of scheduling)
//   ┌──────┬──────┬──────┬─────
//   │ now  │      │      │ …        step(): take the first, set the time to it, run it, run the checks
//   └──────┴──────┴──────┴─────
//
// Events run one at a time and never inside one another. Time moves only between events, so a run does not
// depend on the speed of the machine.
#pragma once

#include "common/seam/event_loop.hpp"
#include "tests/simulation/prng.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tests::simulation {

using common::seam::duration;
using common::seam::handler;
using common::seam::mono_time;

inline constexpr std::size_t traced_lines_max = 200;
// A run that needs more events than this goes in circles; the longest honest run so far needs a tenth.
inline constexpr std::uint64_t events_max = 20'000'000;

// What a dead process may still post to itself while it is cleared away.
inline constexpr std::size_t last_posts_max = 100'000;

// A promise was broken; what() says which.
class violation : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Whether a process still runs. A dead one may be in the middle of a handler (its machine lost power during a
// write); from then on nothing it does has an effect.
struct life_state {
    bool alive = true;
    bool in_burial = false;     // see world::bury
    mono_time stopped_until{};  // SIGSTOP: events wait
};
using life = std::shared_ptr<life_state>;

class world {
  public:
    explicit world(std::uint64_t seed) : seed_(seed), chance_(seed) {}
    world(const world&) = delete;
    world& operator=(const world&) = delete;

    std::uint64_t seed() const { return seed_; }
    prng& chance() { return chance_; }
    mono_time now() const { return now_; }
    std::uint64_t events() const { return events_; }

    using event_id = std::uint64_t;  // 0 is never an event
    event_id after(duration delay, life whose, handler run);
    // The same for handlers that a loop runs next, whatever happens.
    event_id post(duration delay, life whose, handler run);
    void cancel(event_id id);
    // Clears away what a dead process had planned. Its posted handlers still run, and so does what they post,
    // without effect on anything that lives: objects that keep themselves alive until they are told of their
    // end are told (by `tell_end`) and let go. Everything else is dropped.
    void bury(const life& whose, const std::function<void()>& tell_end);

    // Runs the next event; false when there is none.
    bool step();
    // True as soon as `reached()` holds; false when `at_most` has passed or nothing is left to happen.
    bool run_until(const std::function<bool()>& reached, duration at_most);
    void run_for(duration time);

    // Checks run after every event.
    void add_check(std::function<void()> check) { checks_.push_back(std::move(check)); }
    // Remembers the first broken promise. Safe to call from inside the code under test.
    void fail(std::string what);
    // Throws what was remembered; step() does so after every event.
    void verify() const;

    // One line for the trace that a failure prints.
    void note(std::string_view who, std::string_view what);
    // The last lines, oldest first.
    std::string trace() const;

  private:
    struct event {
        life whose;
        handler run;
        bool posted = false;
    };
    event_id plan(duration delay, event planned);
    using key = std::pair<mono_time, event_id>;

    std::uint64_t seed_;
    prng chance_;
    mono_time now_{};
    event_id next_id_ = 1;
    std::uint64_t events_ = 0;
    std::map<key, event> queue_;
    std::map<event_id, mono_time> due_;
    std::vector<std::function<void()>> checks_;
    std::string failure_;
    std::deque<handler> last_posts_;  // of the process that is being buried
    std::deque<std::string> lines_;
};

}  // namespace tests::simulation
