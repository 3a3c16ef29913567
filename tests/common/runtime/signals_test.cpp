#include "common/runtime/signals.hpp"

#include "common/runtime/process_limits.hpp"
#include "common/runtime/system_random.hpp"
#include "tests/catch.hpp"

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

using namespace common::runtime;

TEST_CASE("the first SIGTERM drains and SIGHUP reloads") {
    worker loop("loop");
    int drained_by = 0;
    int reloads = 0;
    signal_actions actions;
    actions.on_drain = [&](int signal) {
        drained_by = signal;
        loop.stop();
    };
    actions.on_reload = [&] {
        ++reloads;
        ::raise(SIGTERM);
    };
    signals watch(loop, std::move(actions));
    ::raise(SIGHUP);
    loop.run();
    REQUIRE(reloads == 1);
    REQUIRE(drained_by == SIGTERM);
}

TEST_CASE("a second signal ends the process at once with 128 + its number") {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        worker loop("loop");
        signal_actions actions;
        actions.on_drain = [](int) { ::raise(SIGINT); };
        signals watch(loop, std::move(actions));
        ::raise(SIGTERM);
        loop.run();
        ::_exit(99);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 128 + SIGINT);
}

TEST_CASE("the descriptor limit is raised to what the system allows") {
    REQUIRE(raise_descriptor_limit() >= 256);
}

TEST_CASE("system_random fills all bytes and does not repeat itself") {
    system_random random;
    REQUIRE(random.next_u64() != random.next_u64());
}
