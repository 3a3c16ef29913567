#include "uploader-client/domain/connection_tuner.hpp"

#include "tests/catch.hpp"

using namespace std::chrono_literals;
using uploader_client::domain::connection_tuner;

namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;

// A transfer whose speed depends on its connections; returns how many there are in the end.
template <class Rate>
std::size_t tuned(connection_tuner tuner, Rate rate_of, double network_share = 0.9, bool limited = false) {
    connection_tuner::view view{.now = common::seam::mono_time{1s},
                                .left = std::uint64_t{1} << 40,
                                .network_share = network_share,
                                .limited = limited};
    for (int step = 0; step < 200; ++step) {
        if (tuner.look(view)) ++view.connections;
        view.now += 250ms;
        view.received += rate_of(view.connections) / 4;
    }
    return view.connections;
}

}  // namespace

TEST_CASE("connections are added while each makes the transfer clearly faster", "[uploader-client]") {
    const auto each_helps = [](std::size_t count) { return count * 10 * mebibyte; };
    const auto one_fills_it = [](std::size_t) { return 100 * mebibyte; };
    const auto three_fill_it = [](std::size_t count) { return std::min<std::size_t>(count, 3) * mebibyte; };
    CHECK(tuned({0, 8}, each_helps) == 8);
    CHECK(tuned({0, 8}, one_fills_it) == 2);
    CHECK(tuned({0, 8}, three_fill_it) == 4);
    CHECK(tuned({0, 1}, each_helps) == 1);
}

TEST_CASE("no connection is added where the network is not what it waits for", "[uploader-client]") {
    const auto each_helps = [](std::size_t count) { return count * 10 * mebibyte; };
    CHECK(tuned({0, 8}, each_helps, 0.1) == 1);
    CHECK(tuned({0, 8}, each_helps, 0.9, true) == 1);
    CHECK(tuned({0, 8}, [](std::size_t) { return 0; }) == 1);
}

TEST_CASE("a number of connections that was asked for is made at once, and again", "[uploader-client]") {
    connection_tuner tuner(3, 8);
    connection_tuner::view view{.now = common::seam::mono_time{1s}};
    CHECK(tuner.look(view));
    tuner.on_failed(view.now);
    CHECK_FALSE(tuner.look(view));
    view.now += 6s;
    CHECK(tuner.look(view));
    view.connections = 3;
    CHECK_FALSE(tuner.look(view));
    view.connections = 2;
    CHECK(tuner.look(view));
    CHECK(connection_tuner(100, 8).look({.connections = 7}));
    CHECK_FALSE(connection_tuner(100, 8).look({.connections = 8}));
}

TEST_CASE("a short transfer is not worth another connection", "[uploader-client]") {
    connection_tuner tuner(0, 8);
    connection_tuner::view view{
        .now = common::seam::mono_time{1s}, .left = 20 * mebibyte, .network_share = 1};
    for (int step = 0; step < 40; ++step) {
        CHECK_FALSE(tuner.look(view));
        view.now += 250ms;
        view.received += 5 * mebibyte;
    }
}
