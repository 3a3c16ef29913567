// Requests of many loops on their way to one: those of a loop in order, and handed over once for each of its
// turns, so that a burst wakes nobody for each of its parts and becomes one transaction.
//
//   intake requests{home, [] { … });                 called on `home` after requests were run there
//   requests.add(loop, [] { … });                    from `loop`'s thread; runs on `home`, soon
#pragma once

#include "common/seam/event_loop.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace chat_server::storage {

class intake {
  public:
    using request = std::function<void()>;

    intake(common::seam::event_loop& home, std::function<void()> then)
        : home_(home), then_(std::move(then)) {}
    intake(const intake&) = delete;
    intake& operator=(const intake&) = delete;
    ~intake() { *alive_ = false; }

    void add(common::seam::event_loop& asker, request added);
    // Runs now what was added so far; on `home`.
    void take();

  private:
    common::seam::event_loop& home_;
    const std::function<void()> then_;
    std::mutex mutex_;
    // By who asks, because none is to wait for another's turn; in the order in which they began.
    std::vector<std::pair<common::seam::event_loop*, std::vector<request>>> waiting_;
    // Loops may run what was posted after this is gone.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace chat_server::storage
