#include "common/app/addresses.hpp"

#include "common/app/ready_line.hpp"
#include "tests/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace common::app;

TEST_CASE("parse_address reads every form the contract names") {
    const std::vector<std::pair<const char*, address>> table{
        {"example.org", {"example.org", 7400}},
        {"example.org:80", {"example.org", 80}},
        {"10.0.0.1:0", {"10.0.0.1", 0}},
        {"[::1]:9", {"::1", 9}},
        {"[::1]", {"::1", 7400}},
        {"::1", {"::1", 7400}},
        {"[fe80::1%eth0]:9", {"fe80::1%eth0", 9}},
        {"a_b-c", {"a_b-c", 7400}},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        const auto parsed = parse_address(text, 7400);
        REQUIRE(parsed);
        CHECK(parsed->host == expected.host);
        CHECK(parsed->port == expected.port);
    }
}

TEST_CASE("parse_address refuses what is no address") {
    for (const char* text : {"", ":80", "host:", "host:65536", "host:-1", "host:8o", "[::1", "[::1]80",
                             "[::1]:", "[host]:80", "a:b:c", "a b", "-x", "h\x1b", "host/path", "[]:1"}) {
        INFO(text);
        CHECK_FALSE(parse_address(text, 7400));
    }
    CHECK_FALSE(parse_address(std::string(254, 'a'), 7400));
}

TEST_CASE("format_address puts brackets around IPv6") {
    CHECK(format_address({"127.0.0.1", 7400}) == "127.0.0.1:7400");
    CHECK(format_address({"::1", 7400}) == "[::1]:7400");
}

TEST_CASE("is_loopback knows this machine") {
    for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) CHECK(is_loopback(host));
    for (const char* host :
         {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "example.org", "", "::ffff:127.0.0.1"}) {
        CHECK_FALSE(is_loopback(host));
    }
}

TEST_CASE("the ready line and the ready event name the bound address") {
    const ready_state state{{{"::", 41'000}, {"127.0.0.1", 41'001}}, "FP", "chat://h:41000/#FP.T"};
    CHECK(ready_line(state) == "ready [::]:41000\n");
    CHECK(ready_event(state, json_event("ready", {})).line() ==
          R"({"event":"ready","time":"1970-01-01T00:00:00.000Z","port":41000,)"
          R"("listen":["[::]:41000","127.0.0.1:41001"],)"
          R"("fingerprint":"FP","join":"chat://h:41000/#FP.T"})"
          "\n");
}
