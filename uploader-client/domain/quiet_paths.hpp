// Paths that changed, held back until nothing happened to them for a while: whoever writes a file in pieces
// is waited for. Pure: time is an argument.
//
//   quiet_paths changed(std::chrono::seconds{1}, 65'536);
//   if (!changed.note(path, now)) …       too many at once: look at everything again instead
//   auto ready = changed.take(now);       each path once
//   changed.next();                       when there will be something to take
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace uploader_client::domain {

class quiet_paths {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    quiet_paths(std::chrono::nanoseconds quiet, std::size_t paths_max)
        : quiet_(quiet), paths_max_(paths_max) {}

    // False when it is full and the path is not noted.
    bool note(const std::string& path, time_point now) {
        const auto found = due_.find(path);
        if (found != due_.end()) {
            order_.erase(found->second);
            found->second = order_.emplace(now + quiet_, path);
            return true;
        }
        if (due_.size() == paths_max_) return false;
        due_.emplace(path, order_.emplace(now + quiet_, path));
        return true;
    }

    std::vector<std::string> take(time_point now) {
        std::vector<std::string> ready;
        while (!order_.empty() && order_.begin()->first <= now) {
            due_.erase(order_.begin()->second);
            ready.push_back(std::move(order_.begin()->second));
            order_.erase(order_.begin());
        }
        return ready;
    }

    std::optional<time_point> next() const {
        if (order_.empty()) return std::nullopt;
        return order_.begin()->first;
    }

    void clear() {
        due_.clear();
        order_.clear();
    }
    std::size_t size() const { return due_.size(); }

  private:
    const std::chrono::nanoseconds quiet_;
    const std::size_t paths_max_;
    std::multimap<time_point, std::string> order_;  // by the time when they are quiet
    std::map<std::string, std::multimap<time_point, std::string>::iterator> due_;
};

}  // namespace uploader_client::domain
