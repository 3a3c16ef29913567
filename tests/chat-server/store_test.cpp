#include "protocol/frame/decoder.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/catch.hpp"
#include "tests/chat-server/store_fixture.hpp"

#include <fstream>

using namespace tests::chat_server;
using namespace std::chrono_literals;
using protocol::error_code;
using protocol::chat::start_at;

namespace {

std::vector<std::string> texts_of(const domain::block_ptr& block) {
    std::vector<std::string> texts;
    if (block == nullptr) return texts;
    for (std::uint64_t seq = block->first_seq; seq <= block->last_seq(); ++seq) {
        protocol::frame::decoder frames{protocol::limits::control_payload_bytes_max};
        const auto step = frames.next(block->from(seq));
        REQUIRE(step.state == protocol::frame::decoder::state::ready);
        chat::record record;
        REQUIRE(protocol::wire::decode(step.frame.payload, record) == error_code::none);
        REQUIRE(record.seq == seq);
        texts.emplace_back(record.text);
    }
    return texts;
}

void fill_room(store_fixture& at, std::uint32_t room, std::uint64_t count, std::size_t padding = 0) {
    for (std::uint64_t i = 1; i <= count; ++i) {
        at.store->append(at.loop,
                         store_fixture::record(1, room, i, std::to_string(i) + std::string(padding, '.')),
                         [](const auto&) {});
    }
    at.loop.run_ready();
}

}  // namespace

TEST_CASE("store numbers the records of each room from 1 and tells them before it answers") {
    store_fixture at;
    at.person(1);
    const auto lobby = at.join("lobby")->room.number;
    const auto attic = at.join("attic")->room.number;
    CHECK(at.post(1, lobby, 1, "a").seq == 1);
    CHECK(at.post(1, attic, 2, "b").seq == 1);
    const auto third = at.post(1, lobby, 3, "c");
    CHECK(third.seq == 2);
    CHECK(third.n == 2);
    CHECK(third.durable);
    REQUIRE(at.heard.size() == 3);
    CHECK(at.heard[2]->room == lobby);
    CHECK(at.heard[2]->first_seq == 2);

    std::size_t heard_at_answer = 0;
    at.store->append(at.loop, store_fixture::record(1, lobby, 4, "d"),
                     [&](const auto&) { heard_at_answer = at.heard.size(); });
    at.loop.run_ready();
    CHECK(heard_at_answer == 4);
}

TEST_CASE("store answers a repeated id with its first place and adds nothing, also after a restart") {
    store_fixture at;
    at.person(1);
    at.person(2, "bob");
    const auto room = at.join("lobby")->room.number;
    at.post(1, room, 7, "once");
    const auto again = at.post(1, room, 7, "once");
    CHECK(again.repeated);
    CHECK(again.seq == 1);
    at.restart();
    CHECK(at.post(1, room, 7, "once").repeated);
    CHECK(at.post(2, room, 7, "another author's").seq == 2);
    CHECK(at.heard.size() == 2);
}

TEST_CASE("store commits everything that waits while a commit is under way as one") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    const auto before = at.store->counters().commits.load();
    at.disk.pool().hold();
    std::vector<std::uint64_t> seqs;
    for (std::uint64_t i = 1; i <= 50; ++i) {
        at.store->append(at.loop, store_fixture::record(1, room, i, "x"),
                         [&](const auto& place) { seqs.push_back(place.seq); });
        at.loop.run_ready();
    }
    CHECK(seqs.empty());
    CHECK(at.disk.pool().waiting() == 1);
    at.disk.pool().resume();
    at.loop.run_ready();
    REQUIRE(seqs.size() == 50);
    for (std::size_t i = 0; i < 50; ++i) CHECK(seqs[i] == i + 1);
    CHECK(at.store->counters().commits.load() == before + 2);
}

TEST_CASE("store gives back exactly what was posted after a restart") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    fill_room(at, room, 100);
    at.restart();
    const auto opened = at.join("lobby", start_at::last_n, 0, 1, false);
    REQUIRE(opened);
    CHECK(opened->room.last_seq == 100);
    CHECK(opened->room.last_n == 100);
    const auto page = at.read({.room = room, .position = 97});
    CHECK(texts_of(page.block) == std::vector<std::string>{"98", "99", "100"});
}

TEST_CASE("store begins reading where it is asked to") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    fill_room(at, room, 10);
    struct row {
        start_at start;
        std::uint64_t position;
        std::uint64_t next_seq;
    };
    for (const row& each :
         {row{start_at::after_seq, 0, 1}, row{start_at::after_seq, 4, 5}, row{start_at::after_seq, 99, 11},
          row{start_at::from_n, 0, 1}, row{start_at::from_n, 7, 7}, row{start_at::from_n, 11, 11},
          row{start_at::last_n, 0, 11}, row{start_at::last_n, 3, 8}, row{start_at::last_n, 99, 1},
          row{start_at::cursor, 0, 11}}) {
        CAPTURE(static_cast<int>(each.start), each.position);
        CHECK(at.join("lobby", each.start, each.position)->next_seq == each.next_seq);
    }
    at.store->move_cursor(1, room, {.delivered_seq = 6, .read_seq = 4});
    at.store->move_cursor(1, room, {.delivered_seq = 5, .read_seq = 5});
    const auto opened = at.join("lobby", start_at::cursor);
    CHECK(opened->next_seq == 7);
    CHECK(opened->position.delivered_seq == 6);
    CHECK(opened->read_n == 5);
}

TEST_CASE("store pages forward and backward by messages and by bytes") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    fill_room(at, room, 10);
    const auto texts = [&](storage::read_request asked) {
        asked.room = room;
        return texts_of(at.read(asked).block);
    };
    using list = std::vector<std::string>;
    CHECK(texts({.start = start_at::before_seq, .position = 4, .count = 2}) == list{"2", "3"});
    CHECK(texts({.start = start_at::before_seq, .position = 99, .count = 2}) == list{"9", "10"});
    CHECK(texts({.start = start_at::before_seq, .position = 1, .count = 2}).empty());
    CHECK(texts({.start = start_at::last_n, .position = 3, .count = 100}) == list{"8", "9", "10"});
    CHECK(texts({.start = start_at::from_n, .position = 9, .count = 1}) == list{"9"});
    CHECK(texts({.start = start_at::after_seq, .position = 2, .count = 3}) == list{"3", "4", "5"});
    CHECK(texts({.start = start_at::after_seq, .position = 10, .count = 3}).empty());
    // One record always comes, however small the budget; backward it is the newest.
    CHECK(texts({.start = start_at::after_seq, .position = 2, .bytes_max = 1}) == list{"3"});
    CHECK(texts({.start = start_at::before_seq, .position = 9, .count = 5, .bytes_max = 600}) ==
          list{"7", "8"});
}

TEST_CASE("store keeps what retention asks for and shows the rest as gone") {
    storage::database::options options;
    options.keep.records_max = 4;
    store_fixture at{options};
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    fill_room(at, room, 10);
    at.loop.advance(2s);
    const auto page = at.read({.room = room, .position = 2});
    CHECK(page.from_seq == 3);
    CHECK(page.from_n == 3);
    CHECK(page.gone_n == 6);
    CHECK(texts_of(page.block) == std::vector<std::string>{"7", "8", "9", "10"});
    at.restart();
    CHECK(at.join("lobby")->room.first_seq == 7);
    CHECK(at.join("lobby")->room.gone_n == 6);
    CHECK(at.join("lobby", start_at::from_n, 2)->next_seq == 1);
}

TEST_CASE("store refuses rooms over their number, unknown rooms and taken nicks") {
    storage::database::options options;
    options.rooms_max = 1;
    store_fixture at{options};
    CHECK(at.person(1, "ada@laptop").nick == "ada");
    CHECK(at.person(2, "Ada@desk").nick == "Ada-2");
    CHECK(at.join("one"));
    CHECK(at.join("two").error() == error_code::quota_exceeded);
    CHECK(at.join("three", start_at::last_n, 0, 1, false).error() == error_code::no_such_room);
    std::error_code taken;
    at.store->rename(at.loop, 2, "ADA", [&](const auto& renamed) { taken = renamed.error(); });
    at.loop.run_ready();
    CHECK(taken == error_code::name_taken);
    CHECK(at.post(1, 99, 1, "x").error == error_code::no_such_room);
}

TEST_CASE("store closes when all that waits is committed, and refuses what comes later") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    at.disk.pool().hold();
    storage::appended place;
    at.store->append(at.loop, store_fixture::record(1, room, 1, "x"),
                     [&](const auto& stored) { place = stored; });
    bool closed = false;
    at.store->close([&] { closed = true; });
    at.loop.run_ready();
    CHECK_FALSE(closed);
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK(closed);
    CHECK(place.seq == 1);
    CHECK(at.post(1, room, 2, "late").error == error_code::shutting_down);
}

TEST_CASE("store does not open a file that is damaged, foreign or of another version") {
    temporary_folder folder;
    storage::database::options options;
    options.path = folder.file("chat.db");
    options.rooms_max = 1;
    SECTION("damaged") {
        std::ofstream{options.path} << std::string(8192, 'x');
        CHECK_THROWS_AS(storage::database{options}, storage::open_error);
    }
    SECTION("another program's") {
        storage::connection{options.path, ""}.execute("CREATE TABLE other(x)");
        CHECK_THROWS_AS(storage::database{options}, storage::open_error);
    }
    SECTION("a newer version's") {
        { storage::database made{options}; }
        storage::connection{options.path, ""}.execute("PRAGMA user_version = 99");
        CHECK_THROWS_AS(storage::database{options}, storage::open_error);
    }
    SECTION("open already") {
        storage::database first{options};
        CHECK_THROWS_AS(storage::database{options}, storage::open_error);
    }
}

TEST_CASE("store says no_space on a full disk, keeps answering readers, and goes on when there is room") {
    store_fixture at;
    at.person(1);
    const auto room = at.join("lobby")->room.number;
    at.post(1, room, 1, "kept");
    at.restart();
    // The database may not grow: SQLite reports it as it reports a full disk.
    at.store.reset();
    at.options.pages_max = 1;
    at.start();
    CHECK(at.post(1, room, 2, std::string(40'000, 'x')).error == error_code::no_space);
    CHECK(at.join("lobby"));
    CHECK(at.person(1).nick == "ada");
    CHECK(texts_of(at.read({.room = room}).block) == std::vector<std::string>{"kept"});
    CHECK(at.fatal.empty());
    at.store.reset();
    at.options.pages_max = 0;
    at.start();
    const auto place = at.post(1, room, 2, std::string(40'000, 'x'));
    CHECK(place.error == error_code::none);
    CHECK(place.seq == 2);
}
