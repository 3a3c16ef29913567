#include "chat-server/storage/intake.hpp"

namespace chat_server::storage {

void intake::add(common::seam::event_loop& asker, request added) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(added));
        if (waiting_.size() > 1) return;
    }
    asker.post([this, alive = alive_] {
        if (!*alive) return;
        home_.post([this, alive] {
            if (*alive) take();
        });
    });
}

void intake::take() {
    std::vector<request> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(waiting_);
    }
    for (const request& each : taken) each();
    then_();
}

}  // namespace chat_server::storage
