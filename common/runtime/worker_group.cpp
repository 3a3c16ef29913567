#include "common/runtime/worker_group.hpp"

#include "common/runtime/limits.hpp"
#include "common/runtime/process_limits.hpp"

#include <algorithm>
#include <string>

namespace common::runtime {

worker_group::worker_group(std::size_t count, std::string_view name) {
    if (count == 0) count = usable_cpus();
    count = std::clamp<std::size_t>(count, 1, limits::workers_max);
    for (std::size_t i = 0; i < count; ++i) {
        workers_.push_back(std::make_unique<worker>(std::string(name) + "-" + std::to_string(i)));
    }
}

void worker_group::start() {
    for (auto& each : workers_) each->start();
}

void worker_group::stop_and_join() {
    for (auto& each : workers_) each->stop();
    for (auto& each : workers_) each->join();
}

worker& worker_group::pick() {
    std::size_t best = next_ % workers_.size();
    for (std::size_t i = 1; i < workers_.size(); ++i) {
        const std::size_t candidate = (next_ + i) % workers_.size();
        if (workers_[candidate]->load() < workers_[best]->load()) best = candidate;
    }
    next_ = best + 1;
    return *workers_[best];
}

}  // namespace common::runtime
