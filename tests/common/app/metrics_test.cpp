#include "common/app/metrics.hpp"

#include "common/app/http.hpp"
#include "common/app/limits.hpp"
#include "tests/catch.hpp"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace common::app;

TEST_CASE("render_prometheus prints families by name with their series") {
    metrics_registry metrics;
    metrics.add_gauge("sluice_rooms", "Rooms").set(-3);
    metrics.add_counter("sluice_closed_total", "Why \"closed\"\nand how", {{"reason", "a\"b\\c\n"}}).add(2);
    metrics.add_counter("sluice_closed_total", "", {{"reason", "drain"}}).add();
    histogram& lag = metrics.add_histogram("sluice_lag_seconds", "Lag", {0.001, 0.05}, {{"worker", "0"}});
    for (const double value : {0.0005, 0.001, 0.01, 7.0}) lag.observe(value);
    CHECK(render_prometheus(metrics) ==
          "# HELP sluice_closed_total Why \\\"closed\\\"\\nand how\n"
          "# TYPE sluice_closed_total counter\n"
          "sluice_closed_total{reason=\"a\\\"b\\\\c\\n\"} 2\n"
          "sluice_closed_total{reason=\"drain\"} 1\n"
          "# HELP sluice_lag_seconds Lag\n"
          "# TYPE sluice_lag_seconds histogram\n"
          "sluice_lag_seconds_bucket{worker=\"0\",le=\"0.001\"} 2\n"
          "sluice_lag_seconds_bucket{worker=\"0\",le=\"0.05\"} 3\n"
          "sluice_lag_seconds_bucket{worker=\"0\",le=\"+Inf\"} 4\n"
          "sluice_lag_seconds_sum{worker=\"0\"} 7.0115\n"
          "sluice_lag_seconds_count{worker=\"0\"} 4\n"
          "# HELP sluice_rooms Rooms\n"
          "# TYPE sluice_rooms gauge\n"
          "sluice_rooms -3\n");
}

TEST_CASE("metrics_registry refuses defects of the program") {
    metrics_registry metrics;
    metrics.add_counter("a_total", "");
    CHECK_THROWS_AS(metrics.add_counter("a_total", ""), std::logic_error);
    CHECK_THROWS_AS(metrics.add_gauge("a_total", "", {{"x", "y"}}), std::logic_error);
    CHECK_THROWS_AS(metrics.add_counter("", ""), std::logic_error);
    CHECK_THROWS_AS(metrics.add_counter("0a", ""), std::logic_error);
    CHECK_THROWS_AS(metrics.add_counter("b", "", {{"bad-label", ""}}), std::logic_error);
    CHECK_THROWS_AS(metrics.add_histogram("h", "", {2, 1}), std::logic_error);
    for (std::size_t i = 1; i < limits::metrics_series_max; ++i) {
        metrics.add_counter("many", "", {{"n", std::to_string(i)}});
    }
    CHECK_THROWS_AS(metrics.add_counter("one_too_many", ""), std::logic_error);
}

TEST_CASE("metrics count right when many threads change them while they are read") {
    metrics_registry metrics;
    counter& posts = metrics.add_counter("posts_total", "");
    histogram& sizes = metrics.add_histogram("sizes", "", {1, 2});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 10'000; ++n) {
                posts.add();
                sizes.observe(2);
            }
        });
    }
    for (int i = 0; i < 100; ++i) (void)render_prometheus(metrics);
    for (auto& thread : threads) thread.join();
    CHECK(posts.value() == 40'000);
    CHECK(sizes.read().cumulative == std::vector<std::uint64_t>{0, 40'000, 40'000});
    CHECK(sizes.read().sum == 80'000);
}

TEST_CASE("parse_http_request wants a whole header and a sane first line") {
    using state = http_request::state;
    struct row {
        const char* bytes;
        state parsed;
        const char* method;
        const char* path;
    };
    const std::vector<row> table{
        {"", state::incomplete, "", ""},
        {"GET /metrics HTTP/1.1\r\nHost: x\r\n", state::incomplete, "", ""},
        {"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", state::complete, "GET", "/metrics"},
        {"HEAD /healthz?verbose=1 HTTP/1.0\r\n\r\n", state::complete, "HEAD", "/healthz"},
        {"POST /metrics HTTP/1.1\r\n\r\nbody", state::complete, "POST", "/metrics"},
        {"GET /metrics HTTP/2\r\n\r\n", state::malformed, "", ""},
        {"GET /metrics\r\n\r\n", state::malformed, "", ""},
        {"GET http://x/ HTTP/1.1\r\n\r\n", state::malformed, "", ""},
        {"GET /a b HTTP/1.1\r\n\r\n", state::malformed, "", ""},
        {"GET /\x1b HTTP/1.1\r\n\r\n", state::malformed, "", ""},
        {"\r\n\r\n", state::malformed, "", ""},
    };
    for (const row& each : table) {
        INFO(each.bytes);
        const auto request = parse_http_request(each.bytes);
        CHECK(request.parsed == each.parsed);
        CHECK(request.method == each.method);
        CHECK(request.path == each.path);
    }
}

TEST_CASE("http_response closes the connection and says how long the body is") {
    CHECK(
        http_response(200, "text/plain", "ok\n") ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n");
    CHECK(http_response(405, "text/plain", "no", true) ==
          "HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
          "Allow: GET, HEAD\r\nConnection: close\r\n\r\n");
}
