#include "chat-server/storage/intake.hpp"

#include "tests/catch.hpp"
#include "tests/support/manual_loop.hpp"

#include <optional>

using chat_server::storage::intake;
using tests::support::manual_loop;

TEST_CASE("intake hands over what many ask in one go, in their order") {
    manual_loop loop;
    std::vector<int> order;
    int times = 0;
    intake requests{loop, [&] { ++times; }};
    loop.post([&] {
        for (int i = 0; i < 5; ++i) requests.add(loop, [&, i] { order.push_back(i); });
    });
    loop.post([&] { requests.add(loop, [&] { order.push_back(5); }); });
    loop.run_ready();
    REQUIRE(order == std::vector<int>{0, 1, 2, 3, 4, 5});
    REQUIRE(times == 1);
    requests.add(loop, [&] { order.push_back(6); });
    requests.take();
    REQUIRE(order.back() == 6);
    requests.add(loop, [&] { order.push_back(7); });
    loop.run_ready();
    REQUIRE(order.back() == 7);
    REQUIRE(order.size() == 8);
}

TEST_CASE("intake takes requests that come from requests") {
    manual_loop loop;
    int depth = 0;
    intake requests{loop, [] {}};
    requests.add(loop, [&] {
        ++depth;
        requests.add(loop, [&] { ++depth; });
    });
    loop.run_ready();
    REQUIRE(depth == 2);
}

TEST_CASE("intake may go before the loops run what it posted") {
    manual_loop loop;
    bool ran = false;
    std::optional<intake> requests;
    requests.emplace(loop, [] {});
    requests->add(loop, [&] { ran = true; });
    requests.reset();
    loop.run_ready();
    REQUIRE_FALSE(ran);
}
