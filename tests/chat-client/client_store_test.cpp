#include "chat-client/storage/client_store.hpp"

#include "tests/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

using chat_client::domain::outgoing;
using chat_client::domain::position;
using chat_client::storage::client_store;

namespace {

class scratch_folder {
  public:
    scratch_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "chat-client-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~scratch_folder() { std::filesystem::remove_all(path); }
    std::string file() const { return path + "/chat.db"; }

    std::string path;
};

outgoing message(std::string text, unsigned char number) {
    outgoing made{.room = "den", .sent_at_ms = 5, .text = std::move(text), .target_n = std::nullopt};
    made.id[0] = std::byte{number};
    return made;
}

constexpr auto nobody_runs = [](std::uint64_t) { return false; };

}  // namespace

TEST_CASE("client_store gives the messages of a process that has gone to the next one, in order") {
    const scratch_folder folder;
    {
        client_store store(folder.file());
        outgoing reply = message("c", 3);
        reply.target_n = 9;
        const std::vector messages{message("a", 1), message("b", 2), reply};
        store.add("s:1", messages, 100);
        const std::vector other{message("elsewhere", 4)};
        store.add("s:2", other, 100);
        store.remove("s:1", std::vector{messages[1].id});
    }
    client_store store(folder.file());
    const auto found = store.adopt("s:1", 200, nobody_runs);
    REQUIRE(found.size() == 2);
    CHECK(found[0].text == "a");
    CHECK(found[1].text == "c");
    CHECK(found[1].target_n == 9);
    CHECK(found[1].id == message("", 3).id);
    CHECK(store.adopt("s:1", 200, nobody_runs).empty());
}

TEST_CASE("client_store leaves the messages of a running process alone") {
    const scratch_folder folder;
    client_store store(folder.file());
    store.add("s:1", std::vector{message("a", 1)}, 100);
    CHECK(store.adopt("s:1", 200, [](std::uint64_t owner) { return owner == 100; }).empty());
    CHECK(store.count("s:1") == 1);
}

TEST_CASE("client_store keeps one message for one id") {
    const scratch_folder folder;
    client_store store(folder.file());
    store.add("s:1", std::vector{message("a", 1)}, 100);
    store.add("s:1", std::vector{message("a", 1)}, 200);
    CHECK(store.count("s:1") == 1);
    CHECK(store.adopt("s:1", 100, nobody_runs).size() == 1);
}

TEST_CASE("client_store moves positions forward only, until they are forgotten") {
    const scratch_folder folder;
    client_store store(folder.file());
    CHECK(store.position("s:1", "", "den") == std::nullopt);
    store.move_positions("s:1", "", std::vector<position>{{"den", 7}});
    store.move_positions("s:1", "", std::vector<position>{{"den", 3}});
    CHECK(store.position("s:1", "", "den") == 7);
    store.forget_position("s:1", "", "den");
    CHECK(store.position("s:1", "", "den") == std::nullopt);
}

TEST_CASE("client_store is shared by two processes and readable by its owner only") {
    const scratch_folder folder;
    client_store one(folder.file());
    client_store two(folder.file());
    one.add("s:1", std::vector{message("a", 1)}, 100);
    two.add("s:1", std::vector{message("b", 2)}, 200);
    CHECK(one.count("s:1") == 2);
    struct stat info {};
    REQUIRE(::stat(folder.file().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("client_store refuses a file that is not its own") {
    const scratch_folder folder;
    common::database::connection other(folder.file(), "");
    other.execute("CREATE TABLE t(a)");
    CHECK_THROWS_AS(client_store(folder.file()), common::database::sqlite_error);
}

TEST_CASE("client_store keeps one position for each cursor") {
    const scratch_folder folder;
    client_store store(folder.file());
    store.move_positions("s:1", "bot", std::vector<position>{{"den", 7}});
    store.move_positions("s:1", "other", std::vector<position>{{"den", 3}});
    CHECK(store.position("s:1", "bot", "den") == 7);
    CHECK(store.position("s:1", "other", "den") == 3);
    CHECK(store.position("s:1", "", "den") == std::nullopt);
}

TEST_CASE("client_store takes over what the first version of the file held") {
    const scratch_folder folder;
    {
        common::database::connection old(folder.file(), "");
        old.execute(R"sql(
            CREATE TABLE outbox(number INTEGER PRIMARY KEY AUTOINCREMENT, server TEXT NOT NULL,
                room TEXT NOT NULL,
                id BLOB NOT NULL, sent_at_ms INTEGER NOT NULL, target_n INTEGER, text TEXT NOT NULL,
                owner INTEGER NOT NULL, UNIQUE(server, id));
            CREATE TABLE positions(server TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL,
                PRIMARY KEY(server, room)) WITHOUT ROWID;
            INSERT INTO outbox
                VALUES (1, 's:1', 'den', x'00112233445566778899aabbccddeeff', 5, NULL, 'kept', 9);
            INSERT INTO positions VALUES ('s:1', 'den', 41);
            PRAGMA application_id = 1399604067; PRAGMA user_version = 1;)sql");
    }
    client_store store(folder.file());
    CHECK(store.position("s:1", "", "den") == 41);
    const auto found = store.adopt("s:1", 200, nobody_runs);
    REQUIRE(found.size() == 1);
    CHECK(found[0].text == "kept");
    CHECK(found[0].kind == chat_client::domain::record_kind::message);
}

TEST_CASE("client_store keeps what a post does to a message and to a person") {
    const scratch_folder folder;
    client_store store(folder.file());
    outgoing kick = message("spam", 1);
    kick.kind = chat_client::domain::record_kind::moderation;
    kick.action = chat_client::domain::moderation_action::kick;
    kick.subject.emplace().fill(std::byte{7});
    store.add("s:1", std::vector{kick}, 100);
    const auto found = store.adopt("s:1", 200, nobody_runs);
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == kick.kind);
    CHECK(found[0].action == kick.action);
    CHECK(found[0].subject == kick.subject);
}
