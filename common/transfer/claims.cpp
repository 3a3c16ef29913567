#include "common/transfer/claims.hpp"

#include "common/seam/mutation.hpp"

namespace common::transfer {

std::shared_ptr<claims::ticket> claims::claim(std::string name, seam::handler granted, seam::handler fenced) {
    const std::shared_ptr<ticket> made(
        new ticket(shared_from_this(), std::move(name), std::move(granted), std::move(fenced)));
    if (seam::mutated(seam::mutation::ignore_fence)) {
        post_to(made, &ticket::granted_);
        return made;
    }
    place& at = places_[made->name_];
    if (at.holder == nullptr) {
        at.holder = made.get();
        at.holder_alive = made;
        post_to(made, &ticket::granted_);
    } else {
        post_to(at.holder_alive, &ticket::fenced_);
        post_to(at.waiting, &ticket::fenced_);
        at.waiting = made;
    }
    return made;
}

void claims::let_go(const ticket& gone) {
    const auto found = places_.find(gone.name_);
    if (found == places_.end() || found->second.holder != &gone) return;
    place& at = found->second;
    const auto next = at.waiting.lock();
    if (!next) {
        places_.erase(found);
        return;
    }
    at.holder = next.get();
    at.holder_alive = next;
    at.waiting.reset();
    post_to(next, &ticket::granted_);
}

void claims::post_to(const std::weak_ptr<ticket>& to, seam::handler ticket::*what) {
    loop_.post([to, what] {
        const auto alive = to.lock();
        if (!alive) return;
        if (const auto run = std::exchange((*alive).*what, nullptr)) run();
    });
}

}  // namespace common::transfer
