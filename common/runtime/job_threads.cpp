#include "common/runtime/job_threads.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <exception>
#include <pthread.h>
#include <utility>

namespace common::runtime {

job_threads::job_threads(std::string name, std::size_t threads) : name_(std::move(name)) {
    assert(threads > 0);
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { run_jobs(); });
        pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
    }
}

job_threads::~job_threads() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    for (auto& each : threads_) each.join();
}

void job_threads::run(seam::event_loop& home, seam::handler work, seam::handler done) {
    bool report = false;
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(job{&home, std::move(work), std::move(done), home.mono_now()});
        stats_.waiting = queue_.size();
        report = stats_.waiting > limits::jobs_waiting_high_water && !std::exchange(depth_reported_, true);
    }
    ready_.notify_one();
    if (report) spdlog::warn("{}: more than {} jobs are waiting", name_, limits::jobs_waiting_high_water);
}

void job_threads::run_jobs() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        job next = std::move(queue_.front());
        queue_.pop_front();
        note_start(next);
        lock.unlock();
        try {
            next.work();
        } catch (const std::exception& error) {
            spdlog::critical("{}: blocking work threw: {}", name_, error.what());
            std::abort();
        }
        // Its captures are the owner's: let them go before the owner hears that it is over.
        next.work = nullptr;
        next.home->post(std::move(next.done));
        lock.lock();
        --stats_.running;
        ++stats_.finished;
    }
}

void job_threads::note_start(const job& started) {
    const auto waited = started.home->mono_now() - started.queued_at;
    const auto waited_us = static_cast<std::uint64_t>(waited / std::chrono::microseconds(1));
    stats_.waited_us_total += waited_us;
    stats_.waited_us_max = std::max(stats_.waited_us_max, waited_us);
    stats_.waiting = queue_.size();
    ++stats_.running;
    if (queue_.empty()) depth_reported_ = false;
}

job_stats job_threads::stats() const {
    const std::lock_guard lock(mutex_);
    return stats_;
}

}  // namespace common::runtime
