#include "common/trust/known_servers.hpp"

#include "tests/catch.hpp"
#include "tests/common/trust/scratch_folder.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace common::trust;
using tests::contains;
using tests::failure_of;
using tests::scratch_folder;

namespace {

fingerprint print_of(unsigned char fill) {
    fingerprint print;
    print.bytes.fill(std::byte{fill});
    return print;
}

}  // namespace

TEST_CASE("known_servers finds what was added, in any case") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    const known_servers known(folder);
    CHECK_FALSE(known.find("host:7400"));
    CHECK_FALSE(known.add("Host:7400", print_of(1)));
    CHECK_FALSE(known.add("[::1]:7401", print_of(2)));
    CHECK_FALSE(known.add("host:7400", print_of(1)));
    REQUIRE(known.find("HOST:7400"));
    CHECK(known.find("host:7400")->print == print_of(1));
    CHECK(known.find("[::1]:7401")->line == 2);
    CHECK_FALSE(known.find("host:7401"));
    CHECK(known.all().size() == 2);
    CHECK(scratch.mode("known_servers") == 0600);
}

TEST_CASE("a changed key is a hard stop that names both keys, the file and the line") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    const known_servers known(folder);
    scratch.write("known_servers", "# mine\n\nother:1 " + to_text(print_of(9)) + "\n");
    REQUIRE_FALSE(known.add("host:7400", print_of(1)));
    const auto before = scratch.read("known_servers");
    const auto stop = known.add("host:7400", print_of(2));
    REQUIRE(stop);
    CHECK(scratch.read("known_servers") == before);
    CHECK(contains(stop->message(), display(print_of(1))));
    CHECK(contains(stop->message(), display(print_of(2))));
    CHECK(contains(stop->message(), scratch.path_of("known_servers") + ":4"));
}

TEST_CASE("known_servers forgets one port or all of a host and keeps comments") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    const known_servers known(folder);
    const std::string print = " " + to_text(print_of(1)) + "\n";
    scratch.write("known_servers", "# mine\na:1" + print + "\na:2" + print + "ab:1" + print + "b:1" + print);
    CHECK(known.forget("c") == 0);
    CHECK(known.forget("b:1") == 1);
    CHECK(known.forget("A") == 2);
    CHECK(scratch.read("known_servers") == "# mine\n\nab:1" + print);
}

TEST_CASE("a line of known_servers that makes no sense stops everything and is named") {
    const std::string print = to_text(print_of(1));
    const struct {
        std::string content, complaint;
    } rows[] = {
        {"a:1 " + print + "\na:1\n", ":2: is not HOST:PORT FINGERPRINT"},
        {"a:1 " + print.substr(1) + "\n", ":1: is not HOST:PORT FINGERPRINT"},
        {"a:1 " + print + " x\n", ":1: is not HOST:PORT FINGERPRINT"},
        {" " + print + "\n", ":1: is not HOST:PORT FINGERPRINT"},
        {"a:1 " + print + "\nb:1 " + print + "\nA:1 " + print + "\n", ":3: names a:1 again after line 1"},
    };
    for (const auto& row : rows) {
        const scratch_folder scratch;
        const state_folder folder(scratch.path());
        const known_servers known(folder);
        scratch.write("known_servers", row.content);
        CHECK(contains(failure_of([&] { static_cast<void>(known.find("a:1")); }), row.complaint));
        CHECK(contains(failure_of([&] { known.add("n:1", print_of(3)); }), row.complaint));
        CHECK(scratch.read("known_servers") == row.content);
    }
}

TEST_CASE("known_servers loses nothing when several processes add at once") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    std::vector<pid_t> children;
    for (int child = 0; child < 4; ++child) {
        const pid_t id = ::fork();
        if (id == 0) {
            const state_folder mine(scratch.path());
            for (int i = 0; i < 10; ++i)
                known_servers(mine).add("h" + std::to_string(child) + ":" + std::to_string(i), print_of(1));
            ::_exit(0);
        }
        children.push_back(id);
    }
    for (const pid_t id : children) {
        int status = -1;
        REQUIRE(::waitpid(id, &status, 0) == id);
        CHECK(status == 0);
    }
    CHECK(known_servers(folder).all().size() == 40);
}

TEST_CASE("a link may not contradict what is known, and decides where nothing is known") {
    const known_pin known{print_of(1), "file", 3};
    CHECK(expected_pin("h:1", {}, {}).expected == std::nullopt);
    CHECK(expected_pin("h:1", print_of(2), {}).expected == print_of(2));
    CHECK(expected_pin("h:1", {}, known).expected == print_of(1));
    CHECK(expected_pin("h:1", print_of(1), known).expected == print_of(1));
    CHECK_FALSE(expected_pin("h:1", print_of(1), known).conflict);
    const auto choice = expected_pin("h:1", print_of(2), known);
    REQUIRE(choice.conflict);
    CHECK(contains(choice.conflict->message(), "file:3"));
}

TEST_CASE("a server nobody vouched for is accepted by --accept-new, asked about, or refused") {
    CHECK(decide_first_meeting(true, false) == first_meeting::accept_and_store);
    CHECK(decide_first_meeting(true, true) == first_meeting::accept_and_store);
    CHECK(decide_first_meeting(false, true) == first_meeting::ask_person);
    CHECK(decide_first_meeting(false, false) == first_meeting::refuse);
}
