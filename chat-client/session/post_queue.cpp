#include "chat-client/session/post_queue.hpp"

#include "chat-client/session/limits.hpp"
#include "common/seam/mutation.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace chat_client::session {

post_queue::post_queue() : window_(limits::in_flight_messages_max) {}

std::size_t post_queue::bytes_of(const domain::outgoing& message) {
    return message.text.size() + limits::post_overhead_bytes;
}

void post_queue::push(domain::outgoing message) {
    queued_bytes_ += bytes_of(message);
    ++unanswered_;
    entries_.push_back({.message = std::move(message)});
}

bool post_queue::has_room() const {
    return queued_bytes_ < limits::queued_bytes_max;
}

void post_queue::skip_sent() {
    const std::uint64_t end = first_ + entries_.size();
    while (next_ < end && at(next_).state != state::waiting) ++next_;
}

const domain::outgoing* post_queue::next(mono_time now) {
    if (paused_until_) {
        // The order stays only if what is on its way is answered before anything else is tried.
        if (now < *paused_until_ || !requests_.empty()) return nullptr;
        paused_until_.reset();
    }
    skip_sent();
    if (next_ == first_ + entries_.size() || requests_.size() >= window_) return nullptr;
    const domain::outgoing& message = at(next_).message;
    if (in_flight_bytes_ + bytes_of(message) > limits::in_flight_bytes_max) return nullptr;
    return &message;
}

void post_queue::sent(std::uint32_t request) {
    entry& out = at(next_);
    assert(out.state == state::waiting);
    out.state = state::in_flight;
    in_flight_bytes_ += bytes_of(out.message);
    requests_.emplace(request, next_);
}

std::optional<domain::outgoing> post_queue::acknowledge(std::uint32_t request) {
    const auto found = requests_.find(request);
    if (found == requests_.end()) return std::nullopt;
    entry& answered = at(found->second);
    requests_.erase(found);
    const std::size_t bytes = bytes_of(answered.message);
    in_flight_bytes_ -= bytes;
    queued_bytes_ -= bytes;
    --unanswered_;
    answered.state = state::answered;
    domain::outgoing message = std::exchange(answered.message, {});
    while (!entries_.empty() && entries_.front().state == state::answered) {
        entries_.pop_front();
        ++first_;
    }
    next_ = std::max(next_, first_);
    widen();
    return message;
}

// By one for each window of answers, as long as the server takes what it gets.
void post_queue::widen() {
    if (window_ >= limits::in_flight_messages_max || ++answers_ < window_) return;
    answers_ = 0;
    ++window_;
}

const domain::outgoing& post_queue::postpone(std::uint32_t request, mono_time until) {
    const auto found = requests_.find(request);
    assert(found != requests_.end());
    const std::uint64_t place = found->second;
    requests_.erase(found);
    entry& refused = at(place);
    refused.state = state::waiting;
    in_flight_bytes_ -= bytes_of(refused.message);
    next_ = std::min(next_, place);
    window_ = 1;
    answers_ = 0;
    paused_until_ = std::max(until, paused_until_.value_or(until));
    return refused.message;
}

void post_queue::disconnected() {
    const bool forget = common::seam::mutated(common::seam::mutation::outbox_forgets);
    for (const auto& [request, place] : requests_) {
        entry& lost = at(place);
        if (forget) {
            lost.state = state::answered;
            --unanswered_;
            continue;
        }
        lost.state = state::waiting;
        next_ = std::min(next_, place);
    }
    requests_.clear();
    in_flight_bytes_ = 0;
    paused_until_.reset();
}

std::vector<domain::outgoing> post_queue::clear() {
    std::vector<domain::outgoing> given_up;
    for (entry& each : entries_) {
        if (each.state != state::answered) given_up.push_back(std::move(each.message));
    }
    *this = post_queue{};
    return given_up;
}

}  // namespace chat_client::session
