// An event loop for tests whose time moves only when the test says so, with the pool and the tasks to
// go with it.
//
//   manual_loop loop;                      // an Asio io_context (for awaitables) and a virtual clock in one
//   manual_pool pool;                      // a blocking pool that runs its work inline, on the loop
//   auto got = loop.run(source.read());    // drives a task to its end; time jumps from timer to timer
//
//   auto writer = loop.spawn(sink.write(slice));   // or: start several tasks,
//   loop.run_ready();                              // run whatever can run without time passing,
//   REQUIRE_FALSE(writer->done());                 // look,
//   loop.advance(10ms);                            // let time pass,
//   REQUIRE(writer->value() == std::error_code{});
//
// Timers due at the same instant fire in the order they were set, so that a test runs the same way every
// time. Asio's own timers and sockets do not see the virtual clock: code under test uses call_after(), not
// steady_timer. End or close what waits before the loop goes away: a task that waits for an object in its own
// frame would leak.
#pragma once

#include "common/seam/event_loop.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace tests::support {

// Where a spawned task leaves what it returned.
template <class T>
class spawned {
  public:
    bool done() const { return done_; }
    // What the task returned; rethrows what it threw. Only when done().
    T value() {
        if (!done_) throw std::logic_error("the task has not ended");
        if (error_) std::rethrow_exception(error_);
        if constexpr (!std::is_void_v<T>) return std::move(*held_);
    }

  private:
    friend class manual_loop;
    struct nothing {};
    std::optional<std::conditional_t<std::is_void_v<T>, nothing, T>> held_;
    std::exception_ptr error_;
    bool done_ = false;
};

class manual_loop final : public common::seam::event_loop {
  public:
    using duration = common::seam::duration;

    // More handlers than this in one call mean that the code under test runs in circles.
    static constexpr std::size_t handlers_max = 50'000'000;

    asio::io_context& context() { return context_; }
    asio::any_io_executor executor() { return context_.get_executor(); }

    common::seam::mono_time mono_now() const override { return now_; }
    // Somebody sets the wall clock.
    void set_wall_clock(std::chrono::milliseconds ahead) { set_by_ += ahead; }
    common::seam::wall_time wall_now() const override {
        const auto since_start = std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch());
        return common::seam::wall_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} + since_start +
               set_by_;
    }
    void post(common::seam::handler task) override { asio::post(context_, std::move(task)); }
    common::seam::timer_id call_after(duration delay, common::seam::handler task) override {
        const auto id = next_timer_++;
        timers_.emplace(std::pair{now_ + std::max(delay, duration::zero()), id}, std::move(task));
        return id;
    }
    void cancel(common::seam::timer_id id) override {
        std::erase_if(timers_, [id](const auto& entry) { return entry.first.second == id; });
    }

    std::size_t timers_running() const { return timers_.size(); }

    // Runs everything that can run at the present instant, and what that makes ready; returns how
    // much that was.
    std::size_t run_ready() {
        std::size_t ran = 0;
        for (;;) {
            context_.restart();
            const auto handlers = context_.poll();
            const auto fired = fire_due();
            ran += handlers + fired;
            if (handlers + fired == 0) return ran;
            if (ran > handlers_max) throw std::logic_error("the loop does not come to rest");
        }
    }

    // Lets time pass, stopping at every timer on the way.
    void advance(duration step) {
        const auto goal = now_ + step;
        run_ready();
        while (!timers_.empty() && timers_.begin()->first.first <= goal) {
            now_ = timers_.begin()->first.first;
            run_ready();
        }
        now_ = goal;
    }

    // Jumps to the next timer and runs what it makes ready; false when there is none.
    bool advance_to_next_timer() {
        run_ready();
        if (timers_.empty()) return false;
        advance(timers_.begin()->first.first - now_);
        return true;
    }

    // Starts a task; it runs when the loop does.
    template <class T>
    std::shared_ptr<spawned<T>> spawn(asio::awaitable<T> task) {
        auto outcome = std::make_shared<spawned<T>>();
        asio::co_spawn(context_, keep(std::move(task), outcome), [outcome](std::exception_ptr error) {
            outcome->error_ = error;
            outcome->done_ = true;
        });
        return outcome;
    }

    // Drives the loop until `task` has ended, through as much virtual time as that takes.
    // Throws when nothing is left to run and the task still waits.
    template <class T>
    T run(asio::awaitable<T> task) {
        auto outcome = spawn(std::move(task));
        run_ready();
        while (!outcome->done()) {
            const bool moved = advance_to_next_timer();
            if (!moved && !outcome->done()) throw std::logic_error("the task waits for ever");
        }
        return outcome->value();
    }

  private:
    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<T> task, std::shared_ptr<spawned<T>> outcome) {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(task);
        } else {
            outcome->held_.emplace(co_await std::move(task));
        }
    }

    std::size_t fire_due() {
        std::size_t fired = 0;
        while (!timers_.empty() && timers_.begin()->first.first <= now_) {
            auto due = timers_.extract(timers_.begin());
            due.mapped()();
            ++fired;
        }
        return fired;
    }

    // Declared before the context: frames that the context destroys may still cancel their timers.
    std::map<std::pair<common::seam::mono_time, common::seam::timer_id>, common::seam::handler> timers_;
    common::seam::mono_time now_{};
    std::chrono::milliseconds set_by_{};
    common::seam::timer_id next_timer_ = 1;
    asio::io_context context_{1};
};

// A blocking pool without threads: the work runs on the loop, one handler after the call, its `done` one
// handler later. While held, work waits until the test lets it go, in the order the test likes.
class manual_pool final : public common::seam::blocking_pool {
  public:
    void run(common::seam::event_loop& home, common::seam::handler work,
             common::seam::handler done) override {
        waiting_.push_back({&home, std::move(work), std::move(done)});
        waiting_peak_ = std::max(waiting_peak_, waiting_.size());
        if (!held_) home.post([this] { release(); });
    }

    // From now on work waits for release().
    void hold() { held_ = true; }
    // Goes back to running work by itself, beginning with what waits.
    void resume() {
        held_ = false;
        while (release()) {
        }
    }
    // Runs the work at this place of the queue; false when there is none.
    bool release(std::size_t index = 0) {
        if (index >= waiting_.size()) return false;
        const auto place = waiting_.begin() + static_cast<std::ptrdiff_t>(index);
        job next = std::move(*place);
        waiting_.erase(place);
        next.work();
        ++ran_;
        next.home->post(std::move(next.done));
        return true;
    }

    std::size_t waiting() const { return waiting_.size(); }
    std::size_t waiting_peak() const { return waiting_peak_; }
    std::size_t ran() const { return ran_; }

  private:
    struct job {
        common::seam::event_loop* home;
        common::seam::handler work;
        common::seam::handler done;
    };
    std::deque<job> waiting_;
    std::size_t waiting_peak_ = 0;
    std::size_t ran_ = 0;
    bool held_ = false;
};

}  // namespace tests::support
