#include "common/service/discover.hpp"

#include "tests/catch.hpp"

#include <string>
#include <vector>

using namespace common;

TEST_CASE("found servers are shown in columns, and their names cannot act on the terminal") {
    const std::string zeros(43, 'A');
    const std::vector<discovery::found_server> servers{
        {.name = "desk", .host = "box.local", .addresses = {"192.168.1.5", "fd00::5"}, .port = 7400},
        {.name = "東京", .host = "", .addresses = {"fe80::9%eth0"}, .port = 7500, .tls = false},
        {.name = "x\u202egpj", .host = "", .addresses = {"10.0.0.1"}, .port = 1},
    };
    CHECK(service::describe_servers(servers) == "desk        192.168.1.5:7400     " + zeros +
                                                    "\n"
                                                    "東京        [fe80::9%eth0]:7500  " +
                                                    zeros +
                                                    "  plaintext\n"
                                                    "x\\u202egpj  10.0.0.1:1           " +
                                                    zeros + "\n");
    CHECK(service::describe_servers({}).empty());
}
