#include "tests/simulation/world.hpp"

#include <algorithm>
#include <cstdio>

namespace tests::simulation {

world::event_id world::plan(duration delay, event planned) {
    const event_id id = next_id_++;
    const mono_time when = now_ + std::max(delay, duration::zero());
    queue_.emplace(key{when, id}, std::move(planned));
    due_.emplace(id, when);
    return id;
}

world::event_id world::after(duration delay, life whose, handler run) {
    if (whose && !whose->alive) return 0;
    return plan(delay, {.whose = std::move(whose), .run = std::move(run), .posted = false});
}

world::event_id world::post(duration delay, life whose, handler run) {
    if (whose->alive) return plan(delay, {.whose = std::move(whose), .run = std::move(run), .posted = true});
    if (whose->in_burial) last_posts_.push_back(std::move(run));
    return 0;
}

void world::cancel(event_id id) {
    const auto found = due_.find(id);
    if (found == due_.end()) return;
    queue_.erase({found->second, id});
    due_.erase(found);
}

void world::bury(const life& whose, const std::function<void()>& tell_end) {
    // Handlers are destroyed after the queue is in order again: their destructors may cancel other events.
    std::vector<event> dead;
    for (auto at = queue_.begin(); at != queue_.end();) {
        if (at->second.whose != whose) {
            ++at;
            continue;
        }
        due_.erase(at->first.second);
        dead.push_back(std::move(at->second));
        at = queue_.erase(at);
    }
    whose->in_burial = true;
    for (auto& each : dead) {
        if (each.posted) last_posts_.push_back(std::move(each.run));
    }
    tell_end();
    for (std::size_t ran = 0; !last_posts_.empty() && ran < last_posts_max; ++ran) {
        const handler next = std::move(last_posts_.front());
        last_posts_.pop_front();
        next();
    }
    whose->in_burial = false;
    last_posts_.clear();
}

bool world::step() {
    if (queue_.empty()) return false;
    auto node = queue_.extract(queue_.begin());
    const auto [when, id] = node.key();
    event next = std::move(node.mapped());
    now_ = when;
    if (next.whose && !next.whose->alive) {
        due_.erase(id);
        return true;
    }
    if (next.whose && next.whose->stopped_until > now_) {
        const mono_time later = next.whose->stopped_until;
        due_[id] = later;
        queue_.emplace(key{later, id}, std::move(next));
        return true;
    }
    due_.erase(id);
    next.run();
    next.run = nullptr;  // what the handler owned goes before the checks look
    if (++events_ > events_max) fail("the run does not come to an end");
    for (const auto& check : checks_) check();
    verify();
    return true;
}

void world::verify() const {
    if (!failure_.empty()) throw violation{failure_};
}

bool world::run_until(const std::function<bool()>& reached, duration at_most) {
    const mono_time end = now_ + at_most;
    while (!reached()) {
        if (queue_.empty() || queue_.begin()->first.first > end) {
            now_ = end;
            return false;
        }
        step();
    }
    return true;
}

void world::run_for(duration time) {
    run_until([] { return false; }, time);
}

void world::fail(std::string what) {
    note("CHECK", what);
    if (failure_.empty()) failure_ = std::move(what);
}

void world::note(std::string_view who, std::string_view what) {
    char stamp[32];
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count();
    std::snprintf(stamp, sizeof stamp, "%5lld.%06lld  ", static_cast<long long>(micros / 1'000'000),
                  static_cast<long long>(micros % 1'000'000));
    std::string line{stamp};
    line.append(who).append(": ").append(what);
    lines_.push_back(std::move(line));
    if (lines_.size() > traced_lines_max) lines_.pop_front();
}

std::string world::trace() const {
    std::string text;
    for (const auto& line : lines_) text.append(line).push_back('\n');
    return text;
}

}  // namespace tests::simulation
