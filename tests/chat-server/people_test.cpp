// Moderation, direct rooms, presence and people, as clients see them.
#include "protocol/chat/messages.hpp"
#include "tests/chat-server/client_fixture.hpp"

using namespace tests::chat_server;
using namespace std::chrono_literals;
using chat::moderation_action;
using chat::record_kind;

namespace {

void moderate(client& by, std::uint32_t room, std::uint64_t id, moderation_action action, unsigned subject,
              const std::string& text = "") {
    chat::post post{.room = room, .kind = record_kind::moderation, .id = id_of(id), .text = text};
    post.action = action;
    if (subject != 0) post.subject = author_of(subject);
    by.send(post);
}

void watch(client& who, const std::string& room) {
    who.send(chat::join_room{.room = room, .flags = chat::join_flags::presence, .start = start_at::last_n});
}

}  // namespace

TEST_CASE("who is kicked is removed on all connections, keeps its place, and may come back") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    client bobs_phone{at, 2, "bob"};
    const auto room = ada.join("lobby");
    bob.join("lobby");
    bobs_phone.join("lobby");
    moderate(ada, room, 1, moderation_action::kick, 2, "enough");
    for (client* each : {&bob, &bobs_phone}) {
        const auto removed = each->messages<chat::removed>();
        REQUIRE(removed.size() == 1);
        CHECK(removed[0].reason == "enough");
    }
    ada.post(room, 2, "quiet now");
    CHECK(bob.seqs().size() <= 1);
    CHECK(bob.join("lobby") == room);
    moderate(ada, room, 3, moderation_action::ban, 2);
    bob.join("lobby");
    CHECK(bob.failure() == error_code::banned);
}

TEST_CASE("a message in a direct room is announced to the other one, wherever it is connected") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    client cleo{at, 3, "cleo"};
    const auto room = ada.join("@bob");
    CHECK(ada.messages<chat::joined>().back().name == "@bob");
    ada.post(room, 1, "psst");
    REQUIRE(bob.messages<chat::room_notice>().size() == 1);
    const auto notice = bob.messages<chat::room_notice>()[0];
    CHECK(notice.room.name == "@ada");
    CHECK(notice.nick == "ada");
    CHECK(cleo.messages<chat::room_notice>().empty());
    bob.send(chat::list_rooms{.mine = true});
    REQUIRE(bob.messages<chat::room_list>().back().rooms.size() == 1);
    CHECK(bob.join("@ada", start_at::after_seq) == room);
    CHECK(bob.messages<chat::record>().back().text == "psst");
    ada.post(room, 2, "again");
    CHECK(bob.messages<chat::room_notice>().size() == 1);
}

TEST_CASE("an invitation is told, and a deleted text is not sent any more, not even from memory") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    const auto room = ada.join("den");
    moderate(ada, room, 1, moderation_action::make_private, 0);
    bob.join("den");
    CHECK(bob.failure() == error_code::no_such_room);
    ada.post(room, 2, "secret");
    ada.post(room, 3, "kept");
    ada.send(chat::post{.room = room, .kind = record_kind::deletion, .id = id_of(4), .target_n = 1});
    moderate(ada, room, 5, moderation_action::invite, 2);
    REQUIRE(bob.messages<chat::room_notice>().size() == 1);
    CHECK(bob.messages<chat::room_notice>()[0].room.name == "den");
    CHECK(bob.join("den", start_at::after_seq) == room);
    std::vector<std::string> texts;
    for (const auto& record : bob.messages<chat::record>()) texts.emplace_back(record.text);
    CHECK(texts == std::vector<std::string>{"", "", "kept", "", ""});
    CHECK(bob.messages<chat::record>()[1].erased_hash);
    ada.post(room, 6, "later");
    CHECK(bob.messages<chat::record>().back().text == "later");
}

TEST_CASE("watchers hear of others and of typing, and the list has the rest") {
    server_fixture at;
    at.loop.advance(30s);
    client ada{at, 1};
    client bob{at, 2, "bob"};
    watch(ada, "lobby");
    const auto room = ada.messages<chat::joined>().back().room;
    at.loop.advance(2s);
    bob.join("lobby");
    bob.send(chat::typing{.room = room});
    at.loop.advance(2s);
    const auto news = ada.messages<chat::presence>();
    REQUIRE_FALSE(news.empty());
    CHECK(news.back().total == 2);
    CHECK(news.back().typing == std::vector<chat::author_id>{author_of(2)});
    REQUIRE(news.back().changed.size() == 1);
    CHECK(news.back().changed[0].nick == "bob");
    CHECK(bob.messages<chat::presence>().empty());
    bob.post(room, 1, "there");
    bob.send(chat::set_away{.away = true, .reason = "lunch"});
    CHECK(bob.messages<chat::away_set>().size() == 1);
    bob.send(chat::seen{.room = room, .delivered_seq = 1, .read_seq = 1}, 0);
    at.loop.advance(2s);
    const auto changed = ada.messages<chat::presence>().back();
    CHECK(changed.typing.empty());
    REQUIRE(changed.changed.size() == 1);
    CHECK(changed.changed[0].away == "lunch");
    CHECK(changed.changed[0].read_seq == 1);
    CHECK((changed.changed[0].flags & chat::member_flags::away) != 0);
    ada.send(chat::list_members{.room = room});
    const auto list = ada.messages<chat::member_list>().back();
    REQUIRE(list.entries.size() == 2);
    CHECK((list.entries[0].flags & chat::member_flags::owner) != 0);
    CHECK(list.entries[1].away == "lunch");
    CHECK(list.entries[1].read_seq == 1);
    bob.wire->end();
    at.loop.run_ready();
    at.loop.advance(5s);
    CHECK(ada.messages<chat::presence>().back().total == 2);
    at.loop.advance(8s);
    CHECK(ada.messages<chat::presence>().back().total == 1);
    CHECK(ada.messages<chat::presence>().back().changed.at(0).connections == 0);
}

TEST_CASE("a person is told about, with the rooms that both are in") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    ada.join("lobby");
    bob.join("lobby");
    bob.join("attic");
    ada.send(chat::whois{.nick = "BOB"});
    REQUIRE(ada.messages<chat::person>().size() == 1);
    const auto person = ada.messages<chat::person>()[0];
    CHECK(person.author == author_of(2));
    CHECK(person.connections == 1);
    CHECK(person.rooms == std::vector<std::string_view>{"lobby"});
    ada.send(chat::whois{.nick = "", .author = author_of(2)});
    CHECK(ada.messages<chat::person>().size() == 2);
    ada.send(chat::whois{.nick = "nobody"});
    CHECK(ada.failure() == error_code::bad_name);
}

TEST_CASE("cursors are told to the key's other connections") {
    server_fixture at;
    client laptop{at, 1};
    const auto room = laptop.join("lobby");
    client phone{at, 1};
    client bob{at, 2, "bob"};
    bob.join("lobby");
    laptop.post(room, 1, "a");
    laptop.post(room, 2, "b");
    laptop.send(chat::seen{.room = room, .delivered_seq = 2, .read_seq = 1}, 0);
    at.loop.advance(2s);
    REQUIRE(phone.messages<chat::cursor_moved>().size() == 1);
    CHECK(phone.messages<chat::cursor_moved>()[0].read_n == 1);
    CHECK(laptop.messages<chat::cursor_moved>().empty());
    CHECK(bob.messages<chat::cursor_moved>().empty());
}

TEST_CASE("a client that posts too fast is told so, and when it is over; nothing is lost") {
    session::settings settings;
    settings.posts_per_s = 5;
    settings.posts_burst = 5;
    server_fixture at{settings};
    client ada{at, 1};
    const auto room = ada.join("lobby");
    for (std::uint64_t id = 1; id <= 8; ++id) {
        if (ada.wire->paused) at.loop.advance(200ms);
        ada.post(room, id, "x");
    }
    REQUIRE(ada.messages<chat::slowed>().size() == 1);
    CHECK(ada.messages<chat::slowed>()[0].wait_ms > 0);
    at.loop.advance(5s);
    CHECK(ada.messages<chat::posted>().size() == 8);
    REQUIRE(ada.messages<chat::slowed>().size() == 2);
    CHECK(ada.messages<chat::slowed>()[1].wait_ms == 0);
}
