#include "common/stream/event.hpp"

#include "tests/catch.hpp"
#include "tests/support/manual_loop.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include <string>

using common::stream::event;
using common::stream::task;
using tests::support::manual_loop;
using namespace std::chrono_literals;

TEST_CASE("event keeps a notification that comes before the wait") {
    manual_loop loop;
    event changed;
    changed.notify();
    changed.notify();
    REQUIRE_FALSE(loop.run(changed.wait()));
    const auto second = loop.spawn(changed.wait());
    loop.run_ready();
    REQUIRE_FALSE(second->done());
    changed.notify();
    loop.run_ready();
    REQUIRE_FALSE(second->value());
}

TEST_CASE("event resumes its waiter on the loop and not inside notify") {
    manual_loop loop;
    event changed;
    const auto waiting = loop.spawn(changed.wait());
    loop.run_ready();
    REQUIRE(changed.has_waiter());
    changed.notify();
    REQUIRE_FALSE(waiting->done());
    loop.run_ready();
    REQUIRE(waiting->done());
}

TEST_CASE("event gives the error of its first close to the waiter and to all later ones") {
    manual_loop loop;
    event changed;
    const auto waiting = loop.spawn(changed.wait());
    loop.run_ready();
    changed.close(make_error_code(std::errc::broken_pipe));
    changed.close(make_error_code(std::errc::timed_out));
    changed.notify();
    loop.run_ready();
    REQUIRE(waiting->value() == std::errc::broken_pipe);
    REQUIRE(loop.run(changed.wait()) == std::errc::broken_pipe);
}

TEST_CASE("event wakes a waiter whose task is cancelled and can be awaited again") {
    manual_loop loop;
    event changed;
    asio::cancellation_signal stop;
    std::error_code seen;
    const auto body = [&]() -> task<void> { seen = co_await changed.wait(); };
    asio::co_spawn(loop.context(), body,
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
    loop.run_ready();
    REQUIRE(changed.has_waiter());
    stop.emit(asio::cancellation_type::terminal);
    loop.run_ready();
    REQUIRE(seen == std::errc::operation_canceled);
    changed.notify();
    REQUIRE_FALSE(loop.run(changed.wait()));
}

TEST_CASE("manual_loop fires timers in time order and then in the order they were set") {
    manual_loop loop;
    std::string order;
    loop.call_after(20ms, [&] { order += 'c'; });
    loop.call_after(10ms, [&] { order += 'a'; });
    loop.call_after(10ms, [&] { order += 'b'; });
    const auto forgotten = loop.call_after(15ms, [&] { order += 'x'; });
    loop.cancel(forgotten);
    loop.advance(10ms);
    REQUIRE(order == "ab");
    loop.advance(1h);
    REQUIRE(order == "abc");
}

TEST_CASE("manual_loop says when a task waits for something that never comes") {
    manual_loop loop;
    event never;
    REQUIRE_THROWS_AS(loop.run(never.wait()), std::logic_error);
}
