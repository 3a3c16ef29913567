#include "common/discovery/announcement.hpp"

#include "common/discovery/limits.hpp"
#include "tests/catch.hpp"

#include <string>
#include <vector>

using namespace common::discovery;
using common::trust::application;

namespace {

// The SHA-256 of nothing in particular: bytes 0, 1, 2 … 31.
common::trust::fingerprint counting() {
    common::trust::fingerprint print;
    for (std::size_t i = 0; i < print.bytes.size(); ++i) print.bytes[i] = static_cast<std::byte>(i);
    return print;
}

const std::string fp = "fp=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

std::string repeat(const std::string& what, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += what;
    return out;
}

}  // namespace

TEST_CASE("each application has its service type, of at most 15 characters between the dots") {
    CHECK(std::string{service_type(application::chat)} == "_sluice-chat._tcp");
    CHECK(std::string{service_type(application::upload)} == "_sluice-upload._tcp");
}

TEST_CASE("a TXT record says version, fingerprint and TLS, and nothing else") {
    CHECK(format_txt({.print = counting(), .tls = true}) == std::vector<std::string>{"v=1", fp, "tls=1"});
    CHECK(format_txt({.print = counting(), .tls = false}) == std::vector<std::string>{"v=1", fp, "tls=0"});
}

TEST_CASE("a TXT record is understood whatever its order, its keys' case and its additions") {
    struct row {
        std::vector<std::string> entries;
        bool tls;
    };
    const std::vector<row> table{
        {{"v=1", fp, "tls=1"}, true},
        {{"tls=0", fp, "v=1"}, false},
        {{"V=1", "FP" + fp.substr(2), "TLS=1"}, true},
        {{"", "=", "motd=hello=world", "v=1", fp, "tls=1", "flag"}, true},
        {{"v=1", fp, "tls=1", "tls=0", "v=2", "fp=nonsense"}, true},
    };
    for (const row& each : table) {
        const auto read = parse_txt(each.entries);
        REQUIRE(read);
        CHECK(*read == facts{.print = counting(), .tls = each.tls});
    }
}

TEST_CASE("a TXT record that is not ours gives nothing") {
    const std::vector<std::vector<std::string>> table{
        {},
        {""},
        {fp, "tls=1"},
        {"v", fp, "tls=1"},
        {"v=", fp, "tls=1"},
        {"v=2", fp, "tls=1"},
        {"v=01", fp, "tls=1"},
        {"v=1", "tls=1"},
        {"v=1", fp},
        {"v=1", fp, "tls"},
        {"v=1", fp, "tls=yes"},
        {"v=1", fp, "tls=10"},
        {"v=1", fp + "=", "tls=1"},
        {"v=1", fp + "A", "tls=1"},
        {"v=1", fp.substr(0, fp.size() - 1), "tls=1"},
        {"v=1", fp.substr(0, fp.size() - 1) + "9", "tls=1"},  // unused bits set
        {"v=1", "fp=" + std::string(43, '\0'), "tls=1"},
        {"v=2", "v=1", fp, "tls=1"},
    };
    for (const auto& entries : table) {
        INFO("entries: " << entries.size() << ", first: " << (entries.empty() ? "" : entries[0]));
        CHECK_FALSE(parse_txt(entries));
    }
}

TEST_CASE("a TXT record has a bounded number of entries") {
    std::vector<std::string> entries(limits::txt_entries_max - 3, "x=y");
    for (const std::string& entry : format_txt({.print = counting(), .tls = true})) entries.push_back(entry);
    CHECK(parse_txt(entries));
    entries.push_back("x=y");
    CHECK_FALSE(parse_txt(entries));
}

TEST_CASE("an instance name is one printable label that ends between characters") {
    struct row {
        std::string server_name;
        std::string expected;
    };
    const std::vector<row> table{
        {"desk", "desk"},
        {"Zoë's desk, 2nd floor", "Zoë's desk, 2nd floor"},
        {"", "sluice"},
        {"a\x1b[2Jb", "a?[2Jb"},
        {std::string(63, 'x'), std::string(63, 'x')},
        {std::string(64, 'x'), std::string(63, 'x')},
        {repeat("é", 32), repeat("é", 31)},              // 64 bytes: the cut is in the middle of the last
        {repeat("東", 22), repeat("東", 21)},            // 66 bytes
        {"x" + repeat("𝄞", 16), "x" + repeat("𝄞", 15)},  // 65 bytes: one byte of the last would fit two short
        {std::string(200, '\x80'), "sluice"},            // nothing but the rest of a character
    };
    for (const row& each : table) {
        INFO(each.server_name);
        CHECK(instance_name(each.server_name) == each.expected);
        CHECK(is_instance_name(instance_name(each.server_name)));
    }
}

TEST_CASE("a peer's name is refused when it is empty, too long, or would act on a terminal") {
    CHECK(is_instance_name("desk"));
    CHECK_FALSE(is_instance_name(""));
    CHECK_FALSE(is_instance_name(std::string(64, 'x')));
    CHECK_FALSE(is_instance_name("a\x1b[2J"));
    CHECK_FALSE(is_instance_name("a\nb"));
    CHECK_FALSE(is_instance_name("\xff\xfe"));
    CHECK_FALSE(is_instance_name(std::string("a\0b", 3)));
}
