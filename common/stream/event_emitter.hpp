// Typed events with listeners: on, once and off, also from inside a listener, and no error is lost.
//
//   struct joined { std::string who; };
//   struct left { std::string who; };
//   event_emitter<joined, left> room([](std::exception_ptr error) { log(error); });
//
//   auto watch = room.on<joined>([](const joined& event) { greet(event.who); });  // while `watch` lives
//   room.once<left>([](const left& event) { ... }).keep();                        // while the emitter lives
//   room.emit(joined{"Ada"});                                                     // in the order of on()
//   watch.off();
//
// While an event is emitted: a listener added hears the next one; a listener taken off is not called any
// more; what a listener emits is delivered at once, before the outer event goes on. A listener that throws
// does not keep the event from the others; what it threw goes to the error handler, after all have been
// called, which must not throw itself. One loop, one emitter: not for several threads. Subscriptions and the
// emitter may go in any order.
#pragma once

#include "common/stream/limits.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

namespace common::stream {

// The hold on one listener: takes it off when it goes away.
class [[nodiscard]] subscription {
  public:
    subscription() = default;
    explicit subscription(std::weak_ptr<bool> listening) : listening_(std::move(listening)) {}
    subscription(subscription&& other) noexcept { swap(other); }
    subscription& operator=(subscription&& other) noexcept {
        subscription taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~subscription() { off(); }

    void off() {
        if (const auto flag = std::exchange(listening_, {}).lock()) *flag = false;
    }
    // Gives the hold up: the listener listens as long as the emitter lives.
    void keep() { listening_.reset(); }
    bool active() const {
        const auto flag = listening_.lock();
        return flag != nullptr && *flag;
    }

  private:
    void swap(subscription& other) noexcept { listening_.swap(other.listening_); }

    std::weak_ptr<bool> listening_;
};

// The listeners of one type of event.
template <class Event>
class listener_list {
  public:
    using callback = std::function<void(const Event&)>;

    subscription add(callback call, bool once) {
        drop_inactive();
        if (entries_.size() >= limits::listeners_max)
            throw std::length_error("too many listeners to one event");
        const auto added = std::make_shared<entry>(std::move(call), once);
        entries_.push_back(added);
        // The flag shares the entry's life.
        return subscription(std::shared_ptr<bool>(added, &added->listening));
    }

    // Calls the listeners that were there when the call began; returns what they threw.
    std::vector<std::exception_ptr> call(const Event& event) {
        std::vector<std::exception_ptr> errors;
        // A copy, because listeners may add listeners or end the emitter.
        const auto present = entries_;
        for (const auto& listener : present) {
            if (!listener->listening) continue;
            if (listener->once) listener->listening = false;
            try {
                listener->run(event);
            } catch (...) {
                errors.push_back(std::current_exception());
            }
        }
        return errors;
    }

    void drop_inactive() {
        std::erase_if(entries_, [](const auto& listener) { return !listener->listening; });
    }
    void stop() {
        for (const auto& listener : entries_) listener->listening = false;
    }
    std::size_t size() {
        drop_inactive();
        return entries_.size();
    }

  private:
    struct entry {
        entry(callback call, bool only_once) : run(std::move(call)), once(only_once) {}
        const callback run;
        const bool once;
        bool listening = true;
    };
    std::vector<std::shared_ptr<entry>> entries_;
};

template <class... Events>
class event_emitter {
  public:
    using error_handler = std::function<void(std::exception_ptr)>;

    // Throws std::invalid_argument without a handler: errors have to go somewhere.
    explicit event_emitter(error_handler on_error) : lists_(std::make_shared<lists>()) {
        if (!on_error) throw std::invalid_argument("an event_emitter needs an error handler");
        lists_->on_error = std::move(on_error);
    }
    event_emitter(const event_emitter&) = delete;
    event_emitter& operator=(const event_emitter&) = delete;
    // From here on no listener is called, not even by an emit() in progress.
    ~event_emitter() { (list<Events>(*lists_).stop(), ...); }

    // Throws std::length_error beyond limits::listeners_max.
    template <class Event>
    subscription on(typename listener_list<Event>::callback listener) {
        return list<Event>(*lists_).add(std::move(listener), false);
    }
    // Hears one event, and no more even when that event is emitted again from inside.
    template <class Event>
    subscription once(typename listener_list<Event>::callback listener) {
        return list<Event>(*lists_).add(std::move(listener), true);
    }

    template <class Event>
    void emit(const Event& event) {
        // A listener may destroy the emitter: what is needed until the end is held here.
        const auto held = lists_;
        const auto errors = list<Event>(*held).call(event);
        list<Event>(*held).drop_inactive();
        for (const auto& error : errors) report(*held, error);
    }

    template <class Event>
    std::size_t listeners() const {
        return list<Event>(*lists_).size();
    }

  private:
    struct lists {
        std::tuple<listener_list<Events>...> by_event;
        error_handler on_error;
    };
    template <class Event>
    static listener_list<Event>& list(lists& all) {
        return std::get<listener_list<Event>>(all.by_event);
    }
    static void report(lists& all, const std::exception_ptr& error) noexcept { all.on_error(error); }

    std::shared_ptr<lists> lists_;
};

}  // namespace common::stream
