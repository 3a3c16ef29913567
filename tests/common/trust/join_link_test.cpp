#include "common/trust/join_link.hpp"

#include "tests/catch.hpp"
#include "tests/common/trust/scratch_folder.hpp"

#include <random>

using namespace common::trust;

namespace {

const std::string print_text = "oFCDfYUHBYLM9zlLCYiEfMMSy4glm4lImfbyOc8XkaU";
const std::string token_text = "UCQ2FI5EUWTKPKFJVKV2ZLNOV4";

server_address accepted(std::string_view text, application app = application::chat) {
    CAPTURE(text);
    const auto parsed = parse_address(text, app);
    const auto* error = std::get_if<address_error>(&parsed);
    CAPTURE(error != nullptr ? error->message : std::string());
    REQUIRE(std::holds_alternative<server_address>(parsed));
    return std::get<server_address>(parsed);
}

std::string refused(std::string_view text, application app = application::chat) {
    const auto parsed = parse_address(text, app);
    const auto* error = std::get_if<address_error>(&parsed);
    return error != nullptr ? error->message : std::string();
}

}  // namespace

TEST_CASE("addresses and links give host, port and path") {
    const struct {
        std::string text, host, name, path;
    } rows[] = {
        {"example.org", "example.org", "example.org:7400", ""},
        {"example.org:9", "example.org", "example.org:9", ""},
        {"192.0.2.7:65535", "192.0.2.7", "192.0.2.7:65535", ""},
        {"[2001:db8::1]:80", "2001:db8::1", "[2001:db8::1]:80", ""},
        {"[::1]", "::1", "[::1]:7400", ""},
        {"::1", "::1", "[::1]:7400", ""},
        {"[fe80::1%eth0]:80", "fe80::1%eth0", "[fe80::1%eth0]:80", ""},
        {"host/a 100%/b#c", "host", "host:7400", "a 100%/b#c"},
        {"host:1/", "host", "host:1", ""},
        {"chat://host", "host", "host:7400", ""},
        {"chat://host:1/lobby", "host", "host:1", "lobby"},
        {"chat://host/caf%C3%A9%20%23%25", "host", "host:7400", "caf\xc3\xa9 #%"},
        {"chat://[::1]:1/a/b", "::1", "[::1]:1", "a/b"},
        {"my_host-1.local", "my_host-1.local", "my_host-1.local:7400", ""},
        {"host/x://y", "host", "host:7400", "x://y"},
    };
    for (const auto& row : rows) {
        const auto address = accepted(row.text);
        CHECK(address.host == row.host);
        CHECK(address.name() == row.name);
        CHECK(address.path == row.path);
        CHECK_FALSE(address.pin);
        CHECK_FALSE(address.enrolment);
    }
}

TEST_CASE("a join link carries the server's fingerprint and, if it enrols, a token") {
    const auto pinned = accepted("chat://h:1/lobby#" + print_text);
    CHECK(to_text(*pinned.pin) == print_text);
    CHECK_FALSE(pinned.enrolment);
    const auto whole = accepted("upload://h#" + print_text + "." + token_text, application::upload);
    CHECK(whole.port == 7401);
    CHECK(to_text(*whole.pin) == print_text);
    REQUIRE(whole.enrolment);
    CHECK(whole.enrolment->text().view() == token_text);
}

TEST_CASE("what is wrong with an address is said without repeating a secret") {
    const struct {
        std::string text, complaint;
    } rows[] = {
        {"", "empty"},
        {std::string(5000, 'a'), "too long"},
        {std::string(254, 'a'), "host"},
        {":7400", "host"},
        {"-host", "host"},
        {"ho st", "host"},
        {"h\xc3\xb6st", "host"},
        {"host:", "1 to 65535"},
        {"host:0", "1 to 65535"},
        {"host:65536", "1 to 65535"},
        {"host:+1", "1 to 65535"},
        {"host:1x", "1 to 65535"},
        {"host:000001", "1 to 65535"},
        {"2001:db8::1:x", "[ADDRESS]:PORT"},
        {"[::1", "']'"},
        {"[::1]x", ":PORT"},
        {"[host]:1", "not an IPv6 address"},
        {"[]:1", "not an IPv6 address"},
        {"[fe80::1%]:1", "not an IPv6 address"},
        {"[fe80::1%0123456789abcdef]:1", "not an IPv6 address"},
        {"chat://", "host"},
        {"http://host", "chat://"},
        {"upload://host", "the other program"},
        {"chat://host/%4", "two hexadecimal digits"},
        {"chat://host/%ff", "UTF-8"},
        {"chat://host/%00", "control"},
        {"chat://host/%1b[2J", "control"},
        {"chat://host/" + std::string(1025, 'a'), "path is too long"},
        {"chat://host#", "fingerprint"},
        {"chat://host#." + token_text, "fingerprint"},
        {"chat://host#" + print_text.substr(1), "fingerprint"},
        {"chat://host#" + print_text + ".", "26 characters"},
        {"chat://host#" + print_text + "." + token_text.substr(1), "26 characters"},
        {"chat://host#" + print_text + "." + token_text + "x", "26 characters"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(tests::contains(refused(row.text), row.complaint));
        CHECK_FALSE(tests::contains(refused(row.text), token_text.substr(1)));
    }
}

TEST_CASE("a written link is read back as the same address") {
    for (const std::string host : {"example.org", "::1", "fe80::1%eth0"})
        for (const std::string path : {"", "lobby", "a/b c", "caf\xc3\xa9", "100%#?"}) {
            server_address address{application::upload, host, 7401, path, {}, {}};
            const auto same = [&] {
                const auto link = format_join_link(address);
                const auto back = accepted(link.view(), application::upload);
                CHECK(back.name() == address.name());
                CHECK(back.path == path);
                CHECK(back.pin == address.pin);
                CHECK(back.enrolment.has_value() == address.enrolment.has_value());
            };
            same();
            address.pin = parse_fingerprint(print_text);
            same();
            address.enrolment = token::parse(token_text);
            same();
        }
    const server_address shown{application::chat, "h", 7400, "a b", parse_fingerprint(print_text), {}};
    CHECK(format_join_link(shown).view() == "chat://h:7400/a%20b#" + print_text);
}

TEST_CASE("no text makes the address parser fail badly") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    const std::string good = "chat://[::1]:7400/a%20b#" + print_text + "." + token_text;
    const std::string letters =
        ":/[]#.%@ \x00\xff"
        "aZ09-_";
    for (int round = 0; round < 20'000; ++round) {
        std::string text = good.substr(0, random() % (good.size() + 1));
        for (unsigned change = random() % 4; change > 0 && !text.empty(); --change)
            text[random() % text.size()] = letters[random() % letters.size()];
        const auto parsed = parse_address(text, application::chat);
        if (const auto* address = std::get_if<server_address>(&parsed))
            accepted(format_join_link(*address).view());
        else
            CHECK_FALSE(std::get<address_error>(parsed).message.empty());
    }
}
