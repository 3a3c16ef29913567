#include "common/discovery/server_list.hpp"

#include "common/discovery/limits.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <random>
#include <string>
#include <vector>

using namespace common::discovery;

namespace {

ip_address ip(const std::string& text) {
    ip_address address{.v6 = text.find(':') != std::string::npos};
    REQUIRE(inet_pton(address.v6 ? AF_INET6 : AF_INET, text.c_str(), address.bytes.data()) == 1);
    return address;
}

sighting desk(const std::string& address) {
    return {.name = "desk",
            .host = "box.local",
            .address = ip(address),
            .interface = "eth0",
            .this_machine = false,
            .port = 7400,
            .txt = format_txt({.print = {}, .tls = true})};
}

std::vector<found_server> merge(const std::vector<sighting>& seen) {
    server_list list;
    for (const sighting& each : seen) list.add(each);
    return std::move(list).take();
}

}  // namespace

TEST_CASE("an address is usable when a server can have it") {
    struct row {
        std::string address;
        bool this_machine;
        std::string expected;  // empty: not usable
    };
    const std::vector<row> table{
        {"192.168.1.5", false, "192.168.1.5"},
        {"8.8.8.8", false, "8.8.8.8"},
        {"169.254.3.4", false, "169.254.3.4"},
        {"127.0.0.1", true, "127.0.0.1"},
        {"127.0.0.1", false, ""},
        {"0.0.0.0", true, ""},
        {"0.1.2.3", false, ""},
        {"224.0.0.251", false, ""},
        {"240.0.0.1", false, ""},
        {"255.255.255.255", false, ""},
        {"2001:db8::5", false, "2001:db8::5"},
        {"fd00::5", false, "fd00::5"},
        {"fe80::5", false, "fe80::5%eth0"},
        {"febf::5", false, "febf::5%eth0"},
        {"::1", true, "::1"},
        {"::1", false, ""},
        {"::", true, ""},
        {"::7f00:1", false, ""},
        {"::ffff:127.0.0.1", false, ""},
        {"::ffff:192.168.1.5", false, ""},
        {"ff02::fb", false, ""},
    };
    for (const row& each : table) {
        INFO(each.address);
        CHECK(usable_address(ip(each.address), "eth0", each.this_machine).value_or("") == each.expected);
    }
    CHECK_FALSE(usable_address(ip("fe80::5"), "", false));  // of no use without its zone
}

TEST_CASE("answers about one server are merged, the address to try first in front") {
    sighting own = desk("127.0.0.1");
    own.this_machine = true;
    const auto found = merge({own, desk("fe80::9"), desk("169.254.1.1"), desk("fd00::5"), desk("192.168.1.5"),
                              desk("192.168.1.5"), desk("fe80::9")});
    REQUIRE(found.size() == 1);
    CHECK(found[0].name == "desk");
    CHECK(found[0].host == "box.local");
    CHECK(found[0].port == 7400);
    CHECK(found[0].tls);
    CHECK(found[0].addresses ==
          std::vector<std::string>{"192.168.1.5", "fd00::5", "169.254.1.1", "fe80::9%eth0", "127.0.0.1"});
}

TEST_CASE("the order of the answers does not matter") {
    std::vector<sighting> seen{desk("192.168.1.5"), desk("fd00::5"), desk("10.0.0.1")};
    seen.push_back(desk("192.168.1.6"));
    seen.back().name = "attic";
    const auto expected = merge(seen);
    REQUIRE(expected.size() == 2);
    CHECK(expected[0].name == "attic");
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 20; ++round) {
        std::shuffle(seen.begin(), seen.end(), random);
        CHECK(merge(seen) == expected);
    }
}

TEST_CASE("answers that differ in anything but the address are different servers") {
    // Otherwise whoever repeats a server's name could put an address of his own among the server's.
    std::vector<sighting> seen(6, desk("192.168.1.5"));
    seen[1].name = "attic";
    seen[2].port = 7500;
    seen[3].host = "other.local";
    seen[4].txt = format_txt({.print = {}, .tls = false});
    common::trust::fingerprint other;
    other.bytes[0] = std::byte{1};
    seen[5].txt = format_txt({.print = other, .tls = true});
    CHECK(merge(seen).size() == 6);
}

TEST_CASE("an answer that is not understood is not listed") {
    std::vector<sighting> seen(6, desk("192.168.1.5"));
    seen[0].name = "";
    seen[1].name = "\x1b]0;title\x07";
    seen[2].name = std::string(64, 'x');
    seen[3].port = 0;
    seen[4].txt = {"v=2"};
    seen[5].address = ip("224.0.0.1");
    for (const sighting& each : seen) {
        server_list list;
        CHECK_FALSE(list.add(each));
        CHECK(std::move(list).take().empty());
    }
}

TEST_CASE("a host that is no host name is left out") {
    const std::vector<std::string> table{
        "", "a b", "a\x1b[2J", "a/b", std::string(254, 'a'), "b\xc3\xb6x.local"};
    for (const std::string& host : table) {
        sighting seen = desk("192.168.1.5");
        seen.host = host;
        const auto found = merge({seen});
        REQUIRE(found.size() == 1);
        CHECK(found[0].host.empty());
    }
}

TEST_CASE("neither servers nor addresses are listed without bound") {
    server_list list;
    for (std::size_t i = 0; i < limits::servers_max + 10; ++i) {
        sighting seen = desk("192.168.1.5");
        seen.name = "desk " + std::to_string(i);
        CHECK(list.add(seen) == (i < limits::servers_max));
    }
    CHECK(list.size() == limits::servers_max);
    for (std::size_t i = 0; i < limits::addresses_per_server_max + 3; ++i) {
        sighting seen = desk("10.0.0." + std::to_string(i + 1));
        seen.name = "desk 0";
        CHECK(list.add(seen) == (i + 1 < limits::addresses_per_server_max));
    }
    const auto found = std::move(list).take();
    REQUIRE(found.size() == limits::servers_max);
    CHECK(found[0].addresses.size() == limits::addresses_per_server_max);
}
