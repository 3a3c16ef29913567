#include "chat-server/storage/transcript.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/catch.hpp"
#include "tests/chat-server/store_fixture.hpp"

using namespace tests::chat_server;

namespace {

// As version 1 made it, with a room whose first records are gone and people whose nicks look alike.
void make_version_1(const std::string& path) {
    storage::connection db{path, ""};
    db.execute(R"sql(
CREATE TABLE rooms(room INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, topic TEXT NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL);
CREATE TABLE people(person INTEGER PRIMARY KEY, author BLOB NOT NULL UNIQUE, nick TEXT NOT NULL,
    nick_key TEXT NOT NULL UNIQUE, first_seen_ms INTEGER NOT NULL);
CREATE TABLE records(room INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, kind INTEGER NOT NULL,
    person INTEGER NOT NULL, id BLOB NOT NULL, sent_at_ms INTEGER NOT NULL, stored_at_ms INTEGER NOT NULL,
    target_n INTEGER, nick TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(room, seq)) WITHOUT ROWID;
CREATE TABLE cursors(person INTEGER NOT NULL, room INTEGER NOT NULL, delivered_seq INTEGER NOT NULL,
    read_seq INTEGER NOT NULL, PRIMARY KEY(person, room)) WITHOUT ROWID;
CREATE UNIQUE INDEX records_by_id ON records(person, id);
INSERT INTO rooms VALUES (1, 'lobby', '', 5), (2, 'empty', '', 5);
INSERT INTO people VALUES (1, x'01000000000000000000000000000000', 'Ian', 'ian', 7),
                          (2, x'02000000000000000000000000000000', 'lan', 'lan', 8);
WITH RECURSIVE c(i) AS (SELECT 101 UNION ALL SELECT i + 1 FROM c WHERE i < 300)
INSERT INTO records SELECT 1, i, i, 1, 1 + i % 2, CAST(printf('%016d', i) AS BLOB), 1000 + i, 2000 + i, NULL,
    'nick', 'message ' || i FROM c;
INSERT INTO cursors VALUES (2, 1, 250, 240);
PRAGMA application_id = 1399604072;
PRAGMA user_version = 1;
)sql");
}

}  // namespace

TEST_CASE("a database of version 1 is taken over with everything in it") {
    store_fixture at{[] {
        storage::database::options options;
        options.rooms_max = 10;
        return options;
    }()};
    at.store.reset();
    std::filesystem::remove(at.options.path);
    std::filesystem::remove(at.options.path + "-wal");
    make_version_1(at.options.path);
    for (const bool again : {false, true}) {
        CAPTURE(again);
        at.start();
        const auto opened = at.join("lobby", chat::start_at::cursor, 0, 2, false);
        REQUIRE(opened);
        CHECK(opened->room.first_seq == 101);
        CHECK(opened->room.gone_n == 100);
        CHECK(opened->room.last_seq == 300);
        CHECK(opened->next_seq == 251);
        CHECK(opened->read_n == 240);
        CHECK(opened->room.owner == 2);  // the author of the oldest record that is kept
        const auto page = at.read({.room = 1, .position = 100});
        chat::chain_hash chain{};
        protocol::wire::bytes_view rest{page.block->bytes};
        while (!rest.empty()) {
            protocol::frame::decoder frames{protocol::limits::control_payload_bytes_max};
            const auto step = frames.next(rest);
            chat::record record;
            REQUIRE(protocol::wire::decode(step.frame.payload, record) == protocol::error_code::none);
            chain = storage::next_chain(chain, record);
            rest = rest.subspan(step.frame_bytes);
        }
        CHECK(page.to_seq == 300);
        storage::transcript_place place;
        at.store->transcript(at.loop, 1, 0, [&](const auto& found) { place = found; });
        at.loop.run_ready();
        CHECK(place.chain == chain);
        CHECK(at.person(1).nick == "Ian");
        CHECK(at.person(2).nick == "lan");
        storage::found_page found;
        at.store->search(at.loop, {.who = 1, .match = "text : (\"300\")", .count = 5},
                         [&](const auto& answer) { found = answer; });
        at.loop.run_ready();
        CHECK(found.messages.size() == 1);
        at.store.reset();
        at.loop.run_ready();
    }
}
