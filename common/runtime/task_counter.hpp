// Counts what still runs (coroutines, sessions, jobs), so that a drain knows when it is over. Thread-safe.
//
//   auto ticket = tasks.enter();                     // for as long as the work lives
//   tasks.wait_idle(loop, limit, [](bool idle) {…}); // once nothing runs, or when the limit has passed
#pragma once

#include "common/seam/event_loop.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace common::runtime {

class task_counter {
  public:
    task_counter();

    class ticket {
      public:
        ticket() = default;
        ticket(ticket&& other) noexcept = default;
        ticket& operator=(ticket&& other) noexcept {
            shared_.swap(other.shared_);
            return *this;
        }
        ~ticket();

      private:
        friend class task_counter;
        struct counted;
        explicit ticket(std::shared_ptr<counted> shared) : shared_(std::move(shared)) {}
        std::shared_ptr<counted> shared_;
    };

    ticket enter();
    std::size_t running() const;

    // Calls `done` on `home` once, with true when nothing runs any more and false when `limit` passed first.
    // Call it on the home loop; one waiter at a time.
    void wait_idle(seam::event_loop& home, seam::duration limit, std::function<void(bool idle)> done);

  private:
    std::shared_ptr<ticket::counted> shared_;
};

}  // namespace common::runtime
