#include "common/stream/rate_limiter.hpp"

#include "common/stream/pipe.hpp"
#include "tests/catch.hpp"
#include "tests/common/stream/doubles.hpp"
#include "tests/support/manual_loop.hpp"

#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace stream = common::stream;
using common::seam::mono_time;
using common::stream::slice;
using tests::support::manual_loop;
using namespace std::chrono_literals;

namespace {

// Notes when how many bytes came.
class timed_sink final : public stream::writable {
  public:
    explicit timed_sink(manual_loop& loop) : loop_(loop) {}
    stream::task<std::error_code> write(slice bytes) override {
        arrivals.push_back({loop_.mono_now(), bytes.size()});
        total += bytes.size();
        co_return std::error_code{};
    }
    stream::task<std::error_code> finish() override { co_return std::error_code{}; }
    void abort(std::error_code) override {}

    struct arrival {
        mono_time at;
        std::size_t bytes;
    };
    std::vector<arrival> arrivals;
    std::size_t total = 0;

  private:
    manual_loop& loop_;
};

}  // namespace

TEST_CASE("token_bucket begins full and earns at its rate up to its burst") {
    const mono_time start{};
    stream::token_bucket bucket(1'000, 100, start);
    REQUIRE(bucket.try_take(100, start));
    REQUIRE_FALSE(bucket.try_take(1, start));
    REQUIRE(bucket.wait_for(50, start) > 50ms);
    REQUIRE(bucket.wait_for(50, start) < 51ms);
    REQUIRE_FALSE(bucket.try_take(50, start + 49ms));
    REQUIRE(bucket.try_take(50, start + 51ms));
    REQUIRE(bucket.try_take(100, start + 1h));
    REQUIRE_FALSE(bucket.try_take(100, start + 1h));
    REQUIRE_THROWS_AS(stream::token_bucket(1, 0, start), std::invalid_argument);
}

TEST_CASE("token_bucket without a limit gives whatever is asked") {
    stream::token_bucket bucket(0, 1, mono_time{});
    REQUIRE(bucket.unlimited());
    REQUIRE(bucket.try_take(1 << 30, mono_time{}));
    REQUIRE(bucket.wait_for(1, mono_time{}) == 0ns);
}

TEST_CASE("rate_limiter gives in no interval more than its burst and its rate") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20; ++round) {
        manual_loop loop;
        const std::uint64_t rate = 1 + random() % 5'000;
        const std::size_t burst = 1 + random() % 500;
        stream::rate_limiter limit(loop, rate, burst);
        timed_sink sink(loop);
        stream_tests::fault none;
        const auto text = stream_tests::random_text(random(), 5'000);
        stream_tests::text_source source(loop, none, text, 1'000, {}, random());
        stream::pipe moving(source, {&limit}, sink);
        REQUIRE_FALSE(loop.run(moving.run()));
        REQUIRE(sink.total == text.size());
        for (std::size_t first = 0; first < sink.arrivals.size(); first += 7) {
            double bytes = 0;
            for (std::size_t last = first; last < sink.arrivals.size(); ++last) {
                bytes += static_cast<double>(sink.arrivals[last].bytes);
                const std::chrono::duration<double> passed = sink.arrivals[last].at - sink.arrivals[first].at;
                const auto allowed = static_cast<double>(burst) + passed.count() * static_cast<double>(rate);
                REQUIRE(bytes <= allowed + 0.01);
            }
        }
        // And it is not slower than it must be.
        const std::chrono::duration<double> took = loop.mono_now() - mono_time{};
        REQUIRE(took.count() <= static_cast<double>(text.size()) / static_cast<double>(rate) + 0.01);
    }
}

TEST_CASE("rate_limiter takes a new rate while bytes wait") {
    manual_loop loop;
    stream::rate_limiter limit(loop, 1, 10);
    timed_sink sink(loop);
    const auto pushing = loop.spawn(limit.push(slice::copy_of(std::string(1'000, 'x')), sink));
    loop.advance(1s);
    REQUIRE(sink.total == 10);
    limit.set_rate(100);
    loop.advance(1s);
    REQUIRE(sink.total >= 100);
    REQUIRE(sink.total <= 120);
    limit.set_rate(0);
    loop.run_ready();
    REQUIRE_FALSE(pushing->value());
    REQUIRE(sink.total == 1'000);
    REQUIRE(loop.timers_running() == 0);
    REQUIRE(limit.waited() == 2s);
}

TEST_CASE("rate_limiter stops waiting when it is aborted") {
    manual_loop loop;
    stream::rate_limiter limit(loop, 1, 1);
    timed_sink sink(loop);
    const auto pushing = loop.spawn(limit.push(slice::copy_of(std::string(10, 'x')), sink));
    loop.run_ready();
    limit.abort(make_error_code(std::errc::operation_canceled));
    loop.run_ready();
    REQUIRE(pushing->value() == std::errc::operation_canceled);
    REQUIRE(loop.timers_running() == 0);
}
