#include "common/transfer/claims.hpp"

#include "common/seam/mutation.hpp"

namespace common::transfer {

std::shared_ptr<claims::ticket> claims::claim(seam::event_loop& home, std::string name, seam::handler granted,
                                              seam::handler fenced) {
    const std::shared_ptr<ticket> made(
        new ticket(shared_from_this(), home, std::move(name), std::move(granted), std::move(fenced)));
    if (seam::mutated(seam::mutation::ignore_fence)) {
        post_to(made, &ticket::granted_);
        return made;
    }
    // Kept beyond the lock: the last reference to a ticket comes back to let_go().
    std::shared_ptr<ticket> holder;
    std::shared_ptr<ticket> waiting;
    const std::lock_guard lock{mutex_};
    place& at = places_[made->name_];
    if (at.holder == nullptr) {
        at.holder = made.get();
        at.holder_alive = made;
        post_to(made, &ticket::granted_);
        return made;
    }
    holder = at.holder_alive.lock();
    waiting = at.waiting.lock();
    post_to(holder, &ticket::fenced_);
    post_to(waiting, &ticket::fenced_);
    at.waiting = made;
    return made;
}

bool claims::is_held(std::string_view name) {
    const std::lock_guard lock{mutex_};
    return places_.contains(name);
}

void claims::let_go(const ticket& gone) {
    std::shared_ptr<ticket> next;
    const std::lock_guard lock{mutex_};
    const auto found = places_.find(gone.name_);
    if (found == places_.end() || found->second.holder != &gone) return;
    place& at = found->second;
    next = at.waiting.lock();
    if (!next) {
        places_.erase(found);
        return;
    }
    at.holder = next.get();
    at.holder_alive = next;
    at.waiting.reset();
    post_to(next, &ticket::granted_);
}

// The handlers themselves are only touched on the ticket's own loop.
void claims::post_to(const std::shared_ptr<ticket>& to, seam::handler ticket::*what) {
    if (!to) return;
    to->home_.post([weak = std::weak_ptr<ticket>{to}, what] {
        const auto alive = weak.lock();
        if (!alive) return;
        if (const auto run = std::exchange((*alive).*what, nullptr)) run();
    });
}

}  // namespace common::transfer
