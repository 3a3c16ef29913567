#include "common/runtime/task_counter.hpp"

#include <mutex>

namespace common::runtime {

struct task_counter::ticket::counted {
    std::mutex mutex;
    std::size_t running = 0;
    std::function<void()> on_idle;

    void leave() {
        std::function<void()> tell;
        {
            const std::lock_guard lock(mutex);
            if (--running == 0) tell = std::exchange(on_idle, nullptr);
        }
        if (tell) tell();
    }
};

task_counter::ticket::~ticket() {
    if (shared_) shared_->leave();
}

task_counter::task_counter() : shared_(std::make_shared<ticket::counted>()) {}

task_counter::ticket task_counter::enter() {
    const std::lock_guard lock(shared_->mutex);
    ++shared_->running;
    return ticket(shared_);
}

std::size_t task_counter::running() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->running;
}

void task_counter::wait_idle(seam::event_loop& home, seam::duration limit,
                             std::function<void(bool idle)> done) {
    struct waiter {
        seam::timer_id limit = 0;
        std::function<void(bool)> done;
    };
    auto waiting = std::make_shared<waiter>();
    waiting->done = std::move(done);
    // Both the limit and the last ticket end here, on the home loop; the second to come finds nothing to
    // call.
    auto finish = [&home, waiting](bool idle) {
        home.cancel(waiting->limit);
        if (auto call = std::exchange(waiting->done, nullptr)) call(idle);
    };
    waiting->limit = home.call_after(limit, [finish] { finish(false); });
    auto tell = [&home, finish] { home.post([finish] { finish(true); }); };

    std::unique_lock lock(shared_->mutex);
    if (shared_->running > 0) {
        shared_->on_idle = std::move(tell);
        return;
    }
    lock.unlock();
    tell();
}

}  // namespace common::runtime
