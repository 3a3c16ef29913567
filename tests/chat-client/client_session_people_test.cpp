#include "chat-client/session/client_session.hpp"
#include "common/trust/digest.hpp"
#include "common/trust/text_codec.hpp"
#include "protocol/chat/transcript.hpp"
#include "tests/catch.hpp"
#include "tests/chat-client/fake_server.hpp"

using namespace tests::chat_client;
using namespace std::chrono_literals;
using session::client_session;
using tests::support::manual_loop;
using lines = std::vector<std::string>;

namespace {

struct scene {
    manual_loop loop;
    recorder events;
    fake_server server{loop};
    client_session client;

    explicit scene(session::session_options options = {}) : client(loop, events, std::move(options)) {}
    ~scene() {
        client.finish();
        loop.run_ready();
    }

    // In the room `den`, number 7, whose last record is `last_seq`.
    void join_den(std::uint64_t last_seq = 0) {
        client.join({.name = "den", .start = {chat::start_at::last_n, 0}, .presence = true});
        server.connect(client);
        server.let_join(last_seq + 1, last_seq);
        events.take();
    }
    sent_frame asked(std::uint16_t type) {
        for (auto& frame : server.heard()) {
            if (frame.header.type == type) return frame;
        }
        FAIL("nothing of that type was sent");
        return {};
    }
    template <class M>
    void answer(const sent_frame& question, const M& message) {
        server.say(message, question.header.request);
    }
};

}  // namespace

TEST_CASE("client_session takes pages apart, with what changes their messages") {
    scene s;
    s.join_den(9);
    CHECK(s.client.fetch("den", {chat::start_at::before_seq, 5}, 3) != 0);
    const auto question = s.asked(chat::fetch::type);
    CHECK(question.as<chat::fetch>().position == 5);
    std::vector<std::byte> frames;
    for (const std::uint64_t seq : {2, 3, 4}) {
        const auto frame =
            protocol::frame::encode(chat::record{.room = 7, .seq = seq, .n = seq, .text = "t"}, 0);
        frames.insert(frames.end(), frame.begin(), frame.end());
    }
    const auto later = protocol::frame::encode(
        chat::record{
            .room = 7, .seq = 8, .n = 5, .kind = chat::record_kind::edit, .text = "u", .target_n = 2},
        0);
    s.answer(question, chat::page{.room = 7,
                                  .from_seq = 2,
                                  .to_seq = 4,
                                  .frames = protocol::wire::bytes_view{frames},
                                  .amendments = protocol::wire::bytes_view{later}});
    CHECK(s.events.take() == lines{"page 2-4 3+1"});
}

TEST_CASE("client_session ends a connection whose page holds something else than records") {
    scene s;
    s.join_den(9);
    s.client.fetch("den", {chat::start_at::last_n, 0}, 3);
    const auto question = s.asked(chat::fetch::type);
    const auto frame = protocol::frame::encode(chat::left{.room = 7}, 0);
    s.answer(question,
             chat::page{.room = 7, .from_seq = 1, .to_seq = 1, .frames = protocol::wire::bytes_view{frame}});
    CHECK(s.events.take() == lines{"disconnected"});
}

TEST_CASE("client_session asks for its own rooms page by page") {
    scene s;
    s.join_den();
    s.client.list_own_rooms();
    auto question = s.asked(chat::list_rooms::type);
    CHECK(question.as<chat::list_rooms>().mine == true);
    s.answer(question, chat::room_list{.more = true, .rooms = {{.room = 1, .name = "a", .read_n = 4}}});
    question = s.asked(chat::list_rooms::type);
    CHECK(question.as<chat::list_rooms>().mine == true);
    CHECK(question.as<chat::list_rooms>().after == "a");
    s.answer(question, chat::room_list{.more = false, .rooms = {{.room = 2, .name = "b"}}});
    CHECK(s.events.take() == lines{"own a 4", "own b 0", "own rooms end"});
}

TEST_CASE("client_session passes on presence, cursors, notices and slowness") {
    scene s;
    s.join_den();
    s.server.say(chat::presence{
        .room = 7, .total = 2, .changed = {{.nick = "bob", .connections = 1}}, .typing = {{}}});
    s.server.say(chat::cursor_moved{.room = 7, .delivered_seq = 3, .read_seq = 3, .read_n = 2});
    s.server.say(chat::room_notice{.room = {.room = 9, .name = "@bob"}, .by = {}, .nick = "bob"});
    s.server.say(chat::slowed{.wait_ms = 200});
    CHECK(s.events.take() ==
          lines{"presence 2 changed 1 typing 1", "read 2", "notice @bob by bob", "slowed 200"});
}

TEST_CASE("client_session gives up the posts of a room it was removed from") {
    scene s;
    s.join_den();
    s.client.post(message("a", 1));
    s.loop.run_ready();
    s.server.say(chat::removed{.room = 7, .action = chat::moderation_action::kick, .reason = "spam"});
    CHECK(s.events.take() == lines{"rejected a not_permitted", "removed den spam"});
    CHECK(s.client.unacknowledged() == 0);
}

TEST_CASE("client_session searches and asks who somebody is") {
    scene s;
    s.join_den();
    s.client.search({.query = "fox", .room = "den"});
    const auto question = s.asked(chat::search::type);
    CHECK(question.as<chat::search>().room == "den");
    s.answer(question, chat::found{.next = 3, .entries = {{.room_name = "den", .n = 4, .text = "a fox"}}});
    s.client.whois("bob");
    s.answer(s.asked(chat::whois::type), chat::person{.nick = "Bob"});
    CHECK(s.events.take() == lines{"found den #4 a fox", "next 3", "person Bob"});
}

TEST_CASE("client_session tells of typing rarely, and at once when it ends") {
    scene s;
    s.join_den();
    for (int i = 0; i < 5; ++i) s.client.typing("den");
    CHECK(s.server.heard().size() == 1);
    s.loop.advance(4s);
    s.client.typing("den");
    s.client.typing("den", false);
    const auto frames = s.server.heard();
    REQUIRE(frames.size() == 2);
    CHECK_FALSE(frames[1].as<chat::typing>().on);
}

TEST_CASE("client_session tells what was read apart from what came") {
    scene s({.acknowledges = true, .reads = true});
    s.join_den();
    s.server.record(1);
    s.server.record(2);
    s.client.taken("den", 2);
    s.loop.advance(1s);
    auto seen = s.asked(chat::seen::type).as<chat::seen>();
    CHECK(seen.delivered_seq == 2);
    CHECK(seen.read_seq == 0);
    s.client.read("den", 1);
    s.loop.advance(1s);
    seen = s.asked(chat::seen::type).as<chat::seen>();
    CHECK(seen.delivered_seq == 2);
    CHECK(seen.read_seq == 1);
}

TEST_CASE("client_session computes the transcript's hash as it reads, and over a reconnect") {
    scene s({.fingerprints = true});
    s.client.join({.name = "den", .start = {chat::start_at::after_seq, 0}});
    s.server.connect(s.client);
    auto join = s.asked(chat::join_room::type);
    s.answer(join, chat::joined{.room = 7, .name = "den", .next_seq = 1, .chain = chat::chain_hash{}});
    const chat::record first{.room = 7, .seq = 1, .n = 1, .nick = "ada", .text = "hi"};
    s.server.say(first);
    const auto hash = common::trust::sha256(common::trust::bytes_of(std::string_view{"hi"}));
    const chat::chain_hash expected = common::trust::sha256(chat::link_of({}, first, hash).view());
    CHECK(s.client.fingerprint("den") == domain::fingerprint{.room = "den", .seq = 1, .chain = expected});
    for (const bool same : {true, false}) {
        s.events.take();
        CHECK(s.client.compare_fingerprint("den") != 0);
        const auto compare = s.asked(chat::ask_fingerprint::type);
        CHECK(compare.as<chat::ask_fingerprint>().seq == 1);
        s.answer(compare, chat::fingerprint{
                              .room = 7, .seq = 1, .n = 1, .chain = same ? expected : chat::chain_hash{}});
        const auto told = s.events.take();
        CHECK(told ==
              lines{same ? "same up to 1"
                         : "trouble: the server's fingerprint up to record 1 differs from what was read "
                           "here"});
    }
    s.server.lose();
    s.server.connect(s.client);
    s.events.take();
    join = s.asked(chat::join_room::type);
    s.answer(join, chat::joined{
                       .room = 7, .name = "den", .last_seq = 1, .next_seq = 2, .chain = chat::chain_hash{}});
    CHECK(s.events.take().front().starts_with("trouble: what the server has now"));
}

TEST_CASE("client_session measures how long an answer takes") {
    scene s({.measures = true});
    s.join_den();
    s.loop.advance(30ms);
    s.server.say(protocol::session::pong{.token = std::uint64_t{1} << 63});
    CHECK(s.events.take() == lines{"latency 30"});
    s.loop.advance(10s);
    s.asked(protocol::session::ping::type);
}
