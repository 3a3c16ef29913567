#include "common/stream/event_emitter.hpp"

#include "tests/catch.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using common::stream::subscription;

namespace {

struct joined {
    std::string who;
};
struct left {
    std::string who;
};

using emitter = common::stream::event_emitter<joined, left>;

struct bench {
    std::string heard;
    std::vector<std::string> errors;
    std::unique_ptr<emitter> room = std::make_unique<emitter>([this](std::exception_ptr error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& caught) {
            errors.push_back(caught.what());
        }
    });

    auto note(std::string name) {
        return [this, name](const auto& event) { heard += name + event.who + ' '; };
    }
    [[nodiscard]] subscription on_joined(const std::string& name) { return room->on<joined>(note(name)); }
};

}  // namespace

TEST_CASE("event_emitter calls the listeners of a type in the order they came") {
    bench on;
    const auto first = on.on_joined("1:");
    const auto second = on.on_joined("2:");
    const auto other = on.room->on<left>(on.note("left:"));
    on.room->emit(joined{"ada"});
    on.room->emit(left{"bob"});
    REQUIRE(on.heard == "1:ada 2:ada left:bob ");
}

TEST_CASE("event_emitter forgets a listener with its subscription, its off() or its one event") {
    bench on;
    {
        const auto scoped = on.on_joined("scoped:");
        on.room->emit(joined{"a"});
    }
    auto ended = on.on_joined("ended:");
    ended.off();
    ended.off();
    const auto once = on.room->once<joined>(on.note("once:"));
    auto moved = on.on_joined("moved:");
    const auto kept_by = std::move(moved);
    on.on_joined("kept:").keep();
    REQUIRE(on.room->listeners<joined>() == 3);
    on.room->emit(joined{"b"});
    on.room->emit(joined{"c"});
    REQUIRE(on.heard == "scoped:a once:b moved:b kept:b moved:c kept:c ");
    REQUIRE_FALSE(once.active());
    REQUIRE(kept_by.active());
    REQUIRE(on.room->listeners<joined>() == 2);
}

TEST_CASE("event_emitter calls everyone although some throw, and hands on all they threw") {
    bench on;
    const auto first = on.room->on<joined>([](const joined&) { throw std::runtime_error("one"); });
    const auto second = on.on_joined("2:");
    const auto third = on.room->on<joined>([](const joined&) { throw std::runtime_error("three"); });
    on.room->emit(joined{"a"});
    REQUIRE(on.heard == "2:a ");
    REQUIRE(on.errors == std::vector<std::string>{"one", "three"});
    REQUIRE_THROWS_AS(emitter(nullptr), std::invalid_argument);
}

TEST_CASE("event_emitter lets listeners add listeners, who hear the next event") {
    bench on;
    std::vector<subscription> added;
    const auto adding = on.room->on<joined>([&](const joined&) { added.push_back(on.on_joined("new:")); });
    on.room->emit(joined{"a"});
    REQUIRE(on.heard.empty());
    on.room->emit(joined{"b"});
    REQUIRE(on.heard == "new:b ");
}

TEST_CASE("event_emitter lets listeners take themselves and others off") {
    bench on;
    subscription self;
    subscription later;
    self = on.room->on<joined>([&](const joined&) {
        on.heard += "self ";
        self.off();
        later.off();
    });
    later = on.on_joined("later:");
    on.room->emit(joined{"a"});
    on.room->emit(joined{"b"});
    REQUIRE(on.heard == "self ");
    REQUIRE(on.room->listeners<joined>() == 0);
}

TEST_CASE("event_emitter delivers what listeners emit at once and a once-listener only once") {
    bench on;
    const auto again = on.room->once<joined>([&](const joined& event) {
        on.heard += "once:" + event.who + ' ';
        on.room->emit(joined{event.who + "'"});
        on.room->emit(left{event.who});
    });
    const auto second = on.on_joined("2:");
    const auto other = on.room->on<left>(on.note("left:"));
    on.room->emit(joined{"a"});
    REQUIRE(on.heard == "once:a 2:a' left:a 2:a ");
}

TEST_CASE("event_emitter may be destroyed by a listener, and before its subscriptions") {
    bench on;
    const auto destroying = on.room->on<joined>([&](const joined&) {
        on.room.reset();
        throw std::runtime_error("after the end");
    });
    const auto unheard = on.on_joined("unheard:");
    on.room->emit(joined{"a"});
    REQUIRE(on.heard.empty());
    REQUIRE(on.errors == std::vector<std::string>{"after the end"});
    REQUIRE_FALSE(unheard.active());
}

TEST_CASE("event_emitter takes no more listeners than its limit") {
    bench on;
    std::vector<subscription> many;
    for (std::size_t i = 0; i < common::stream::limits::listeners_max; ++i) many.push_back(on.on_joined(""));
    REQUIRE_THROWS_AS(on.on_joined("too many"), std::length_error);
    many.pop_back();
    REQUIRE_NOTHROW(many.push_back(on.on_joined("")));
}
