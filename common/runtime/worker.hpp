// One event loop on one thread: an io_context behind the seam that the core sees.
//
//   any thread ── post() ──▶ inbox ──(one wake-up for many)──▶ run_inbox() ─┐
//   loop thread ─ call_after() ─▶ timer_heap ──(one alarm)────▶ run_due() ──┼─▶ handlers, one at a time
//   sockets ─────────────────────────────────────────────────▶ io_context ─┘
//
// Call order: construct; start() for a thread of its own, or run() on the calling thread; stop() from
// anywhere; join() or the destructor. What was not run by then is destroyed, never run. An exception that
// leaves a handler is logged and ends that handler only.
#pragma once

#include "common/runtime/timer_heap.hpp"
#include "common/seam/event_loop.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace common::runtime {

class worker final : public seam::event_loop {
  public:
    explicit worker(std::string name);
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    ~worker() override;

    void start();
    void run();
    void stop();
    void join();

    void post(seam::handler task) override;
    seam::timer_id call_after(seam::duration delay, seam::handler task) override;
    void cancel(seam::timer_id id) override;
    seam::mono_time mono_now() const override;
    seam::wall_time wall_now() const override;

    asio::io_context& io() { return io_; }
    const std::string& name() const { return name_; }
    bool on_own_thread();

    // What worker_group balances: the number of long-lived things pinned to this worker.
    std::size_t load() const { return load_.load(std::memory_order_relaxed); }

    // Counts one connection on its worker for as long as it lives.
    class load_ticket {
      public:
        load_ticket() = default;
        explicit load_ticket(worker& home) : home_(&home) { home_->load_.fetch_add(1); }
        load_ticket(load_ticket&& other) noexcept : home_(std::exchange(other.home_, nullptr)) {}
        load_ticket& operator=(load_ticket&& other) noexcept {
            std::swap(home_, other.home_);
            return *this;
        }
        ~load_ticket() {
            if (home_ != nullptr) home_->load_.fetch_sub(1);
        }

      private:
        worker* home_ = nullptr;
    };

  private:
    void schedule_inbox();
    void run_inbox();
    bool inbox_waits();
    void run_due();
    void arm_alarm();
    void run_guarded(const seam::handler& task) noexcept;

    const std::string name_;
    std::atomic<std::size_t> load_{0};

    std::mutex inbox_mutex_;
    std::vector<seam::handler> inbox_;
    bool inbox_scheduled_ = false;  // a run is queued or under way: whatever is posted will be seen
    bool closing_ = false;
    std::vector<seam::handler> turn_;  // the batch being run; keeps its capacity
    std::size_t turn_next_ = 0;        // what is before it has run

    timer_heap timers_;
    std::optional<seam::mono_time> alarm_at_;

    // Below everything that handlers refer to when the io_context destroys them.
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    asio::steady_timer alarm_;
    std::thread thread_;
};

}  // namespace common::runtime
