#include "tests/chat-server/client_fixture.hpp"

#include <map>

using namespace tests::chat_server;
using namespace std::chrono_literals;

namespace {

std::vector<std::uint64_t> counting(std::uint64_t from, std::uint64_t to) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t seq = from; seq <= to; ++seq) all.push_back(seq);
    return all;
}

}  // namespace

TEST_CASE("a client is told who it is, joins, posts, and hears itself and the others in order") {
    server_fixture at;
    client ada{at, 1, "ada@laptop"};
    client bob{at, 2, "bob"};
    REQUIRE(ada.messages<chat::server_info>().size() == 1);
    CHECK(ada.messages<chat::server_info>()[0].nick == "ada");
    const auto room = ada.join("lobby");
    CHECK(bob.join("Lobby") == room);
    ada.post(room, 1, "hello", 7);
    bob.post(room, 2, "hi");
    for (client* each : {&ada, &bob}) {
        const auto records = each->messages<chat::record>();
        REQUIRE(records.size() == 2);
        CHECK(records[0].text == "hello");
        CHECK(records[0].nick == "ada");
        CHECK(records[0].author == author_of(1));
        CHECK(records[1].text == "hi");
        CHECK(records[1].n == 2);
    }
    REQUIRE(ada.messages<chat::posted>().size() == 1);
    CHECK(ada.messages<chat::posted>()[0].seq == 1);
    CHECK(ada.types() == std::vector<std::uint16_t>{chat::server_info::type, chat::joined::type,
                                                    chat::caught_up::type, chat::posted::type,
                                                    chat::record::type, chat::record::type});
}

TEST_CASE("no reader hears of a post before it is committed") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    const auto room = ada.join("lobby");
    bob.join("lobby");
    at.disk.pool().hold();
    ada.post(room, 1, "hello");
    CHECK(ada.messages<chat::posted>().empty());
    CHECK(bob.seqs().empty());
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK(ada.messages<chat::posted>().size() == 1);
    CHECK(bob.seqs() == counting(1, 1));
}

TEST_CASE("a client that resumes behind its position gets every record once, also from the store") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    const std::string text(1000, 'x');
    for (std::uint64_t i = 1; i <= 300; ++i) ada.post(room, i, text);
    // A server that was started again has nothing in its tail.
    at.hub.reset();
    at.loop.run_ready();
    at.hub = std::make_unique<session::hub>(at.loop, *at.store, at.who, at.chosen);
    at.loop.run_ready();

    client bob{at, 2, "bob"};
    bob.join("lobby", start_at::after_seq, 10);
    CHECK(bob.seqs() == counting(11, 300));
    REQUIRE(bob.messages<chat::caught_up>().size() == 1);
    CHECK(bob.types().back() == chat::caught_up::type);
    CHECK(at.hub->counters().pages_asked >= 2);
    bob.post(room, 1, "live");
    CHECK(bob.seqs() == counting(11, 301));
}

TEST_CASE("a reader that stops keeps a position, not its messages, and misses nothing") {
    session::settings settings = server_fixture::unlimited();
    settings.tails_bytes_max = 1024 * 1024;
    server_fixture at{settings};
    client ada{at, 1};
    client bob{at, 2, "bob"};
    client slow{at, 3, "slow"};
    const auto room = ada.join("lobby");
    bob.join("lobby");
    slow.join("lobby");
    slow.wire->takes = 1000;
    const std::string text(10'000, 'x');
    for (std::uint64_t i = 1; i <= 500; ++i) ada.post(room, i, text);
    CHECK(bob.seqs() == counting(1, 500));
    // 5 MB have passed by.
    CHECK(slow.outbox_bytes() <= 256 * 1024);
    CHECK(at.hub->counters().tails_bytes <= settings.tails_bytes_max);
    while (slow.wire->writable_wanted) slow.take(7777);
    CHECK(slow.seqs() == counting(1, 500));
}

TEST_CASE("live rooms go before the backfill of others") {
    server_fixture at;
    client ada{at, 1};
    const auto lobby = ada.join("lobby");
    const auto attic = ada.join("attic");
    for (std::uint64_t i = 1; i <= 400; ++i) ada.post(lobby, i, std::string(2000, 'x'));
    at.hub.reset();
    at.loop.run_ready();
    at.hub = std::make_unique<session::hub>(at.loop, *at.store, at.who, at.chosen);
    at.loop.run_ready();
    client bob{at, 2, "bob"};
    client eve{at, 3, "eve"};
    eve.join("attic");
    bob.wire->takes = 1000;
    bob.join("lobby", start_at::after_seq, 0);
    bob.join("attic");
    eve.post(attic, 1, "live");
    while (bob.wire->writable_wanted) bob.take(100'000);
    std::size_t before_live = 0;
    std::map<std::uint32_t, std::vector<std::uint64_t>> seqs;
    for (const auto& record : bob.messages<chat::record>()) {
        if (seqs[attic].empty() && record.room == lobby) ++before_live;
        seqs[record.room].push_back(record.seq);
    }
    CHECK(before_live < 150);
    CHECK(seqs[lobby] == counting(1, 400));
    CHECK(seqs[attic] == counting(1, 1));
}

TEST_CASE("what retention removed comes as one gap in its place") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    for (std::uint64_t i = 1; i <= 10; ++i) ada.post(room, i, "x");
    at.hub.reset();
    at.store.reset();
    at.options.keep.records_max = 3;
    at.start();
    at.loop.advance(2s);
    at.hub = std::make_unique<session::hub>(at.loop, *at.store, at.who, at.chosen);
    at.loop.run_ready();
    client bob{at, 2, "bob"};
    bob.join("lobby", start_at::after_seq, 4);
    REQUIRE(bob.messages<chat::gap>().size() == 1);
    const auto gap = bob.messages<chat::gap>()[0];
    CHECK(gap.from_seq == 5);
    CHECK(gap.to_seq == 7);
    CHECK(gap.from_n == 5);
    CHECK(gap.to_n == 7);
    CHECK(bob.seqs() == counting(8, 10));
}

TEST_CASE("cursors move on seen only, and are shared by the connections of a key") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    for (std::uint64_t i = 1; i <= 5; ++i) ada.post(room, i, "x");
    client phone{at, 1};
    phone.join("lobby", start_at::cursor);
    CHECK(phone.seqs().empty());
    ada.send(chat::seen{.room = room, .delivered_seq = 3, .read_seq = 2});
    phone.join("lobby", start_at::cursor);
    CHECK(phone.seqs() == counting(4, 5));
    CHECK(phone.messages<chat::joined>().back().read_n == 2);
}

TEST_CASE("a fetch is answered with a page of whole frames") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    for (std::uint64_t i = 1; i <= 5; ++i) ada.post(room, i, "x");
    ada.send(chat::fetch{.room = room, .start = start_at::before_seq, .position = 4, .count = 2}, 9);
    const auto pages = ada.messages<chat::page>();
    REQUIRE(pages.size() == 1);
    CHECK(pages[0].from_seq == 2);
    CHECK(pages[0].to_seq == 3);
    protocol::frame::decoder frames{protocol::limits::control_payload_bytes_max};
    CHECK(frames.next(pages[0].frames).frame.header.type == chat::record::type);
}

TEST_CASE("lists tell rooms, members and their cursors") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    client phone{at, 2, "bob"};
    const auto room = ada.join("lobby");
    bob.join("lobby");
    phone.join("lobby");
    ada.post(room, 1, "x");
    bob.send(chat::seen{.room = room, .delivered_seq = 1, .read_seq = 1});
    ada.send(chat::list_members{.room = room});
    REQUIRE(ada.messages<chat::member_list>().size() == 1);
    const auto members = ada.messages<chat::member_list>()[0];
    REQUIRE(members.entries.size() == 2);
    CHECK(members.entries[1].nick == "bob");
    CHECK(members.entries[1].connections == 2);
    CHECK(members.entries[1].read_seq == 1);
    ada.send(chat::list_rooms{});
    REQUIRE(ada.messages<chat::room_list>().size() == 1);
    CHECK(ada.messages<chat::room_list>()[0].rooms[0].member_count == 2);
    CHECK(ada.messages<chat::room_list>()[0].rooms[0].last_n == 1);
    bob.wire->end();
    phone.wire->end();
    at.loop.run_ready();
    // Nobody has left who may come back in a moment.
    ada.send(chat::list_members{.room = room});
    CHECK(ada.messages<chat::member_list>().back().total == 2);
    at.loop.advance(11s);
    ada.send(chat::list_members{.room = room});
    CHECK(ada.messages<chat::member_list>().back().total == 1);
}

TEST_CASE("a talker who is too fast is read more slowly, and nothing is refused or reordered") {
    session::settings settings;
    settings.posts_per_s = 1;
    settings.posts_burst = 2;
    server_fixture at{settings};
    client ada{at, 1};
    const auto room = ada.join("lobby");
    ada.post(room, 1, "a");
    CHECK_FALSE(ada.wire->paused);
    ada.post(room, 2, "b");
    CHECK(ada.messages<chat::posted>().size() == 2);
    CHECK(ada.wire->paused);
    at.loop.advance(1s);
    CHECK_FALSE(ada.wire->paused);
    ada.post(room, 3, "c");
    CHECK(ada.messages<chat::posted>().size() == 3);
    CHECK(ada.wire->paused);
}

TEST_CASE("what is not allowed is answered, never dropped in silence") {
    session::settings settings;
    settings.text_bytes_max = 10;
    server_fixture at{settings};
    client ada{at, 1};
    ada.send(chat::join_room{.room = "no such", .start = start_at::last_n});
    CHECK(ada.failure() == error_code::bad_name);
    ada.send(chat::join_room{.room = "nowhere", .flags = chat::join_flags::existing_only});
    CHECK(ada.failure() == error_code::no_such_room);
    ada.send(chat::set_nick{.nick = "a b"});
    CHECK(ada.failure() == error_code::bad_name);
    ada.send(chat::fetch{.room = 5, .count = 1});
    CHECK(ada.failure() == error_code::no_such_room);
    const auto room = ada.join("lobby");
    ada.post(room, 1, std::string(11, 'x'));
    CHECK(ada.failure() == error_code::not_permitted);
    ada.send(chat::post{.room = room, .id = id_of(4), .text = "x", .target_n = 99});
    CHECK(ada.failure() == error_code::no_such_message);
    CHECK_FALSE(ada.wire->closed);
}

TEST_CASE("a breach of the protocol is refused and ends the connection") {
    server_fixture at;
    client ada{at, 1};
    SECTION("a message cut short") {
        auto bytes = protocol::frame::encode(chat::leave_room{.room = 1});
        bytes[0] = std::byte{3};
        bytes.pop_back();
        ada.wire->arrive(bytes);
    }
    SECTION("a second Hello") {
        ada.send(protocol::session::hello{});
    }
    SECTION("a fetch of nothing") {
        ada.join("lobby");
        ada.send(chat::fetch{.room = 1, .count = 0});
    }
    at.loop.run_ready();
    CHECK(ada.messages<protocol::session::refusal>().size() == 1);
    CHECK(ada.wire->closed);
    CHECK(at.hub->session_count() == 0);
}

TEST_CASE("a client that posts without reading answers is not read from beyond a bound") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    at.disk.pool().hold();
    const std::string text(40'000, 'x');
    std::size_t sent = 0;
    while (!ada.wire->paused && sent < 100) ada.post(room, ++sent, text);
    CHECK(sent < 20);
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK_FALSE(ada.wire->paused);
    CHECK(ada.messages<chat::posted>().size() == sent);
}

TEST_CASE("a drain answers what was asked and says goodbye") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    at.disk.pool().hold();
    ada.post(room, 1, "x");
    bool drained = false;
    at.hub->drain([&] { drained = true; });
    at.loop.run_ready();
    CHECK_FALSE(drained);
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK(drained);
    CHECK(ada.messages<chat::posted>().size() == 1);
    CHECK(ada.types().back() == protocol::session::bye::type);
}
