// The clients of one worker: to tell all of them that the server goes, and to close those whose key was
// revoked.
//
//   registry.add(link, key);
//   registry.for_each([](framed_connection& link, const trust::public_key& key) { … });
//
// Only from the worker's thread. It keeps nothing alive; entries of ended connections are dropped when the
// list has doubled, so it never holds more than twice the connections there are.
#pragma once

#include "common/transport/framed_connection.hpp"
#include "common/trust/ed25519.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

namespace common::service {

class client_registry {
  public:
    using visitor = std::function<void(transport::framed_connection& link, const trust::public_key& key)>;

    void add(const std::shared_ptr<transport::framed_connection>& link, const trust::public_key& key) {
        if (entries_.size() >= sweep_at_) sweep();
        entries_.push_back({link, key});
    }

    void for_each(const visitor& visit) {
        sweep();
        for (const entry& each : entries_) {
            if (const auto link = each.link.lock(); link && !link->closed()) visit(*link, each.key);
        }
    }

  private:
    struct entry {
        std::weak_ptr<transport::framed_connection> link;
        trust::public_key key;
    };

    void sweep() {
        std::erase_if(entries_, [](const entry& each) { return each.link.expired(); });
        sweep_at_ = std::max(entries_.size() * 2, sweep_min);
    }

    static constexpr std::size_t sweep_min = 64;
    std::vector<entry> entries_;
    std::size_t sweep_at_ = sweep_min;
};

}  // namespace common::service
