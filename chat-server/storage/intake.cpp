#include "chat-server/storage/intake.hpp"

#include <algorithm>

namespace chat_server::storage {

void intake::add(common::seam::event_loop& asker, request added) {
    {
        const std::lock_guard lock(mutex_);
        const auto known = std::ranges::find(waiting_, &asker, [](const auto& each) { return each.first; });
        if (known != waiting_.end()) return known->second.push_back(std::move(added));
        waiting_.emplace_back(&asker, std::vector<request>{}).second.push_back(std::move(added));
    }
    asker.post([this, alive = alive_] {
        if (!*alive) return;
        home_.post([this, alive] {
            if (*alive) take();
        });
    });
}

void intake::take() {
    decltype(waiting_) taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(waiting_);
    }
    for (const auto& [asker, requests] : taken) {
        for (const request& each : requests) each();
    }
    then_();
}

}  // namespace chat_server::storage
