#include "common/runtime/worker.hpp"

#include "common/runtime/limits.hpp"

#include <asio/post.hpp>
#include <spdlog/spdlog.h>

#include <cassert>
#include <exception>
#include <pthread.h>
#include <utility>

namespace common::runtime {

worker::worker(std::string name) : name_(std::move(name)), guard_(io_.get_executor()), alarm_(io_) {}

worker::~worker() {
    stop();
    join();
    std::vector<seam::handler> unposted;
    {
        const std::lock_guard lock(inbox_mutex_);
        closing_ = true;
        unposted.swap(inbox_);
    }
    // Handlers own connections, whose destructors cancel timers: destroy them while everything is still here.
    unposted.clear();
    turn_.clear();
    while (timers_.size() > 0) timers_.take_all();
}

void worker::start() {
    assert(!thread_.joinable());
    thread_ = std::thread([this] { run(); });
    // The kernel keeps 15 characters.
    pthread_setname_np(thread_.native_handle(), name_.substr(0, 15).c_str());
}

void worker::run() {
    while (!io_.stopped()) {
        try {
            io_.run();
        } catch (const std::exception& error) {
            spdlog::error("{}: a completion handler threw: {}", name_, error.what());
        }
    }
}

void worker::stop() {
    io_.stop();
}

void worker::join() {
    if (thread_.joinable()) thread_.join();
}

bool worker::on_own_thread() {
    return io_.get_executor().running_in_this_thread();
}

void worker::post(seam::handler task) {
    {
        const std::lock_guard lock(inbox_mutex_);
        if (closing_) return;
        inbox_.push_back(std::move(task));
        if (std::exchange(inbox_scheduled_, true)) return;
    }
    schedule_inbox();
}

void worker::schedule_inbox() {
    asio::post(io_, [this] { run_inbox(); });
}

void worker::run_inbox() {
    if (turn_.empty()) {
        const std::lock_guard lock(inbox_mutex_);
        turn_.swap(inbox_);
    }
    const auto first = turn_next_;
    const auto started = mono_now();
    auto took = seam::duration::zero();
    while (turn_next_ < turn_.size() && took < limits::inbox_turn_time_max) {
        run_guarded(std::exchange(turn_[turn_next_++], nullptr));
        took = mono_now() - started;
    }
    if (took > limits::handler_time_max) {
        spdlog::warn("{}: {} posted handlers kept the loop for {} ms", name_, turn_next_ - first,
                     took / std::chrono::milliseconds(1));
    }
    // The rest, and what was posted meanwhile, comes after the sockets and timers that are due.
    if (inbox_waits()) schedule_inbox();
}

bool worker::inbox_waits() {
    if (turn_next_ < turn_.size()) return true;
    turn_.clear();
    turn_next_ = 0;
    const std::lock_guard lock(inbox_mutex_);
    inbox_scheduled_ = !inbox_.empty();
    return inbox_scheduled_;
}

seam::timer_id worker::call_after(seam::duration delay, seam::handler task) {
    const auto id = timers_.add(mono_now() + delay, std::move(task));
    arm_alarm();
    return id;
}

void worker::cancel(seam::timer_id id) {
    // The alarm stays as it is: waking once for nothing is cheaper than arming it again for each cancelled
    // timer.
    timers_.remove(id);
}

void worker::arm_alarm() {
    const auto due = timers_.next_due();
    if (!due || (alarm_at_ && *alarm_at_ <= *due)) return;
    alarm_at_ = due;
    alarm_.expires_at(*due);
    alarm_.async_wait([this](std::error_code error) {
        if (error) return;
        alarm_at_.reset();
        run_due();
    });
}

void worker::run_due() {
    // Timers that handlers start now are for the next turn, even with no delay.
    const auto now = mono_now();
    while (auto task = timers_.pop_due(now)) run_guarded(task);
    const auto took = mono_now() - now;
    if (took > limits::handler_time_max) {
        spdlog::warn("{}: timers kept the loop for {} ms", name_, took / std::chrono::milliseconds(1));
    }
    arm_alarm();
}

void worker::run_guarded(const seam::handler& task) noexcept {
    try {
        task();
    } catch (const std::exception& error) {
        spdlog::error("{}: a handler threw: {}", name_, error.what());
    }
}

seam::mono_time worker::mono_now() const {
    return std::chrono::steady_clock::now();
}

seam::wall_time worker::wall_now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace common::runtime
