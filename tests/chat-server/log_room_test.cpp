#include "chat-server/storage/limits.hpp"
#include "tests/catch.hpp"
#include "tests/chat-server/store_fixture.hpp"

using tests::chat_server::store_fixture;
using tests::chat_server::temporary_folder;
namespace storage = ::chat_server::storage;
namespace fs = std::filesystem;

namespace {

std::uintmax_t log_bytes(const store_fixture& at) {
    return fs::file_size(at.options.path + "-wal");
}

}  // namespace

TEST_CASE("the log is longer than what is in it, and grows in steps") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    const auto begun = log_bytes(at);
    REQUIRE(begun >= storage::limits::log_step_bytes_min);
    int steps = 0;
    auto before = begun;
    for (std::uint64_t i = 1; i <= 200; ++i) {
        REQUIRE(at.post(1, room, i, "a message").seq == i);
        steps += log_bytes(at) != before ? 1 : 0;
        before = log_bytes(at);
    }
    // Each of them wrote two pages at least.
    REQUIRE(before >= 200 * 2 * 4096);
    REQUIRE(steps <= 12);
}

TEST_CASE("the log with its unused end is read like any other after the process was killed") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    for (std::uint64_t i = 1; i <= 5; ++i) REQUIRE(at.post(1, room, i, "a message").seq == i);
    const temporary_folder elsewhere;
    for (const std::string end : {"", "-wal"}) {
        fs::copy_file(at.options.path + end, elsewhere.file("chat.db" + end));
    }
    storage::database::options copied;
    copied.path = elsewhere.file("chat.db");
    store_fixture again{copied};
    REQUIRE(again.join("lobby")->room.last_seq == 5);
    REQUIRE(again.post(1, room, 5, "a message").repeated);
    REQUIRE(again.post(1, room, 6, "one more").seq == 6);
}

TEST_CASE("the log of a server that does not wait for the disk is left as SQLite makes it") {
    storage::database::options relaxed;
    relaxed.kept = storage::durability::relaxed;
    store_fixture at{relaxed};
    at.person(1);
    REQUIRE(log_bytes(at) < storage::limits::log_step_bytes_min);
}
