// The loops of a server: N workers, each with its own connections, sharing nothing but messages.
//
//   worker_group workers(threads); workers.start(); auto& home = workers.pick(); … workers.stop_and_join();
#pragma once

#include "common/runtime/worker.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace common::runtime {

class worker_group {
  public:
    // 0 means one per hardware thread.
    explicit worker_group(std::size_t count, std::string_view name = "worker");

    void start();
    void stop_and_join();

    // The worker with the fewest connections; equal ones take turns. One thread (the listener's) calls this.
    worker& pick();

    worker& at(std::size_t index) { return *workers_[index]; }
    std::size_t size() const { return workers_.size(); }

  private:
    std::vector<std::unique_ptr<worker>> workers_;
    std::size_t next_ = 0;
};

}  // namespace common::runtime
