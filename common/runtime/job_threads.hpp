// Threads that run queued jobs which may block, and report back on the loop that asked.
//
//   run(home, work, done):  queue ──▶ work() on one of the threads ──▶ done() on home
//
// Jobs start in the order they were given. The destructor finishes what is queued; the loops must outlive it.
// An exception that leaves `work` cannot be told to the owner, so it ends the process.
#pragma once

#include "common/runtime/limits.hpp"
#include "common/seam/event_loop.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace common::runtime {

struct job_stats {
    std::size_t waiting = 0;
    std::size_t running = 0;
    std::uint64_t finished = 0;
    std::uint64_t waited_us_total = 0;  // sum over all started jobs of the time spent in the queue
    std::uint64_t waited_us_max = 0;
};

class job_threads {
  public:
    job_threads(std::string name, std::size_t threads);
    job_threads(const job_threads&) = delete;
    job_threads& operator=(const job_threads&) = delete;
    ~job_threads();

    void run(seam::event_loop& home, seam::handler work, seam::handler done);
    job_stats stats() const;

  private:
    struct job {
        seam::event_loop* home = nullptr;
        seam::handler work;
        seam::handler done;
        seam::mono_time queued_at;
    };

    void run_jobs();
    void note_start(const job& started);

    const std::string name_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<job> queue_;
    job_stats stats_;
    bool stopping_ = false;
    bool depth_reported_ = false;
    std::vector<std::thread> threads_;
};

// seam::blocking_pool on a few threads.
class blocking_pool final : public seam::blocking_pool {
  public:
    explicit blocking_pool(std::size_t threads = limits::blocking_threads_default) : jobs_("pool", threads) {}
    void run(seam::event_loop& home, seam::handler work, seam::handler done) override {
        jobs_.run(home, std::move(work), std::move(done));
    }
    job_stats stats() const { return jobs_.stats(); }

  private:
    job_threads jobs_;
};

// seam::serial_executor: one thread, hence one job at a time in the order given.
class serial_executor final : public seam::serial_executor {
  public:
    explicit serial_executor(std::string name) : jobs_(std::move(name), 1) {}
    void run(seam::event_loop& home, seam::handler work, seam::handler done) override {
        jobs_.run(home, std::move(work), std::move(done));
    }
    job_stats stats() const { return jobs_.stats(); }

  private:
    job_threads jobs_;
};

}  // namespace common::runtime
