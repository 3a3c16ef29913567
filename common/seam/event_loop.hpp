// The event loop as the core sees it: run this soon, run this later, run this where it may block.
//
// Everything a loop runs, it runs on one thread, one handler at a time; none of these calls runs the handler
// before it returns. The product implements it on an Asio io_context (common/runtime), the simulator on a
// virtual clock (tests/simulation), which is why nothing in here names either.
#pragma once

#include "common/seam/clock.hpp"

#include <cstdint>
#include <functional>
#include <utility>

namespace common::seam {

using handler = std::function<void()>;
using timer_id = std::uint64_t;  // 0 is never a timer

class event_loop : public clock {
  public:
    // Runs `task` on this loop after the current handler; callable from any thread.
    virtual void post(handler task) = 0;

    // Runs `task` on this loop once, not before `delay` has passed. Only from the loop's own thread.
    virtual timer_id call_after(duration delay, handler task) = 0;
    // Forgets the timer; its handler will not run. Unknown and fired ids are ignored.
    virtual void cancel(timer_id id) = 0;
};

// Runs work that may block (files, databases, name resolution, hashing) off the loop.
class blocking_pool {
  public:
    virtual ~blocking_pool() = default;
    // Runs `work` on a pool thread, then `done` on `home`. Each caller keeps a small, named number in flight:
    // the pool queues what it is given.
    virtual void run(event_loop& home, handler work, handler done) = 0;
};

// Blocking work that must happen in the order it was given, one at a time: one database connection, one
// journal.
class serial_executor {
  public:
    virtual ~serial_executor() = default;
    virtual void run(event_loop& home, handler work, handler done) = 0;
};

// A timer that is cancelled when its owner goes away.
class timer {
  public:
    explicit timer(event_loop& loop) : loop_(loop) {}
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;
    ~timer() { stop(); }

    void start(duration delay, handler task) {
        stop();
        id_ = loop_.call_after(delay, [this, run = std::move(task)] {
            id_ = 0;
            run();
        });
    }
    void stop() {
        if (id_ != 0) loop_.cancel(std::exchange(id_, 0));
    }
    bool running() const { return id_ != 0; }

  private:
    event_loop& loop_;
    timer_id id_ = 0;
};

}  // namespace common::seam
