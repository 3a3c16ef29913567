#include "chat-client/session/client_session.hpp"

#include "chat-client/session/limits.hpp"
#include "tests/catch.hpp"
#include "tests/chat-client/fake_server.hpp"

using namespace tests::chat_client;
using namespace std::chrono_literals;
using protocol::error_code;
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

    void join_den(std::uint64_t next_seq, std::uint64_t last_seq) {
        client.join({.name = "den", .start = {chat::start_at::last_n, 5}});
        server.connect(client);
        CHECK(server.let_join(next_seq, last_seq) == chat::start_at::last_n);
        events.take();
    }
    std::vector<sent_frame> posts() {
        std::vector<sent_frame> found;
        for (auto& frame : server.heard()) {
            if (frame.header.type == chat::post::type) found.push_back(std::move(frame));
        }
        return found;
    }
};

}  // namespace

TEST_CASE("client_session joins, shows records in order and goes on behind the last one after a reconnect") {
    scene s;
    s.join_den(3, 4);
    s.server.record(3);
    s.server.record(4);
    CHECK(s.events.take() == lines{"record 3 t", "record 4 t"});
    s.server.lose();
    CHECK(s.events.take() == lines{"disconnected"});
    s.server.connect(s.client);
    std::uint64_t position = 0;
    CHECK(s.server.let_join(5, 5, &position) == chat::start_at::after_seq);
    CHECK(position == 4);
    s.server.record(5);
    CHECK(s.events.take() == lines{"ready ada", "joined den again", "record 5 t"});
}

TEST_CASE("client_session never shows a record twice") {
    scene s;
    s.join_den(1, 2);
    for (const std::uint64_t seq : {1, 1, 2, 1}) s.server.record(seq);
    CHECK(s.events.take() == lines{"record 1 t", "trouble: records came twice", "record 2 t"});
}

TEST_CASE("client_session ends a connection that leaves a record out, and asks for it on the next one") {
    scene s;
    s.join_den(1, 3);
    s.server.record(1);
    s.server.record(3);
    CHECK(s.events.take() == lines{"record 1 t", "trouble: records are missing", "disconnected"});
    s.server.connect(s.client);
    std::uint64_t position = 0;
    s.server.let_join(2, 3, &position);
    CHECK(position == 1);
    s.server.record(2);
    CHECK(s.events.take().back() == "record 2 t");
}

TEST_CASE("client_session gives up on a server that leaves records out again and again") {
    scene s;
    s.join_den(1, 3);
    for (unsigned i = 0; i + 1 < session::limits::breaches_max; ++i) {
        s.server.record(3);
        CHECK(s.events.take().back() == "disconnected");
        s.server.connect(s.client);
        s.server.let_join(1, 3);
    }
    s.server.record(3);
    CHECK(s.events.take().back() == "disconnected for good");
}

TEST_CASE("client_session shows a gap where the records were and goes on behind it") {
    scene s;
    s.join_den(1, 9);
    s.server.say(chat::gap{.room = 7, .from_seq = 1, .to_seq = 6, .from_n = 1, .to_n = 6});
    s.server.record(7);
    CHECK(s.events.take() == lines{"gap 1-6", "record 7 t"});
}

TEST_CASE("client_session notices that a room was begun anew") {
    scene s;
    s.client.join({.name = "den", .start = {chat::start_at::after_seq, 100}});
    s.server.connect(s.client);
    s.server.let_join(5, 4);
    CHECK(s.events.take() == lines{"ready ada", "joined den", "another log den"});
    s.server.record(5);
    CHECK(s.events.take() == lines{"record 5 t"});
}

TEST_CASE("client_session posts again what was not acknowledged, in order, with the same ids") {
    scene s;
    s.join_den(1, 0);
    for (unsigned i = 0; i < 3; ++i) s.client.post(message("m" + std::to_string(i), i));
    auto posts = s.posts();
    REQUIRE(posts.size() == 3);
    s.server.acknowledge(posts[1], 2);
    s.server.lose();
    CHECK(s.client.unacknowledged() == 2);
    s.server.connect(s.client);
    s.server.let_join(1, 0);
    posts = s.posts();
    REQUIRE(posts.size() == 2);
    CHECK(posts[0].as<chat::post>().text == "m0");
    CHECK(posts[1].as<chat::post>().text == "m2");
    CHECK(posts[1].as<chat::post>().id == message("", 2).id);
    s.server.acknowledge(posts[0], 1, true);
    s.server.acknowledge(posts[1], 3);
    CHECK(s.client.unacknowledged() == 0);
    CHECK(s.events.take() == lines{"posted 2", "disconnected", "ready ada", "joined den again",
                                   "posted 1 repeated", "posted 3"});
}

TEST_CASE("client_session keeps a bounded number of posts in flight") {
    scene s;
    s.join_den(1, 0);
    const auto count = static_cast<unsigned>(session::limits::in_flight_messages_max);
    for (unsigned i = 0; i < count + 10; ++i) s.client.post(message("m", i));
    auto posts = s.posts();
    CHECK(posts.size() == count);
    s.server.acknowledge(posts[0], 1);
    CHECK(s.posts().size() == 1);
}

TEST_CASE("client_session waits when the server limits the rate, and keeps the order") {
    scene s;
    s.join_den(1, 0);
    for (unsigned i = 0; i < 3; ++i) s.client.post(message("m" + std::to_string(i), i));
    const auto posts = s.posts();
    const auto too_fast = [&](const sent_frame& post, std::uint32_t wait_ms) {
        s.server.say(protocol::session::failure{.code = static_cast<std::uint16_t>(error_code::rate_limited),
                                                .retry_after_ms = wait_ms},
                     post.header.request);
    };
    s.server.acknowledge(posts[0], 1);
    too_fast(posts[1], 50);
    too_fast(posts[2], 10);
    s.loop.advance(49ms);
    CHECK(s.posts().empty());
    s.loop.advance(1ms);
    auto again = s.posts();
    REQUIRE(again.size() == 1);
    CHECK(again[0].as<chat::post>().text == "m1");
    s.server.acknowledge(again[0], 2);
    again = s.posts();
    REQUIRE(again.size() == 1);
    CHECK(again[0].as<chat::post>().text == "m2");
}

TEST_CASE("client_session tells what the server will never take, and goes on") {
    scene s;
    s.join_den(1, 0);
    s.client.post(message("bad", 1));
    s.client.post(message("good", 2));
    s.client.post(message("", 3));
    s.client.post(message("\xff", 4));
    const auto posts = s.posts();
    REQUIRE(posts.size() == 2);
    s.server.say(protocol::session::failure{.code = static_cast<std::uint16_t>(error_code::not_permitted)},
                 posts[0].header.request);
    s.server.acknowledge(posts[1], 1);
    CHECK(s.events.take() == lines{"rejected  not_permitted", "rejected \xff not_permitted",
                                   "rejected bad not_permitted", "posted 1"});
}

TEST_CASE("client_session acknowledges what was taken, together, and not before") {
    scene s{{.acknowledges = true}};
    s.join_den(1, 3);
    for (const std::uint64_t seq : {1, 2, 3}) s.server.record(seq);
    s.loop.advance(1s);
    CHECK(s.server.heard().empty());
    s.client.taken("den", 1);
    s.client.taken("den", 2);
    CHECK(s.server.heard().empty());
    s.loop.advance(session::limits::seen_delay_max);
    const auto frames = s.server.heard();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].as<chat::seen>() == chat::seen{.room = 7, .delivered_seq = 2, .read_seq = 2});
}

TEST_CASE("client_session reads nothing while its consumer is slow") {
    scene s;
    s.join_den(1, 1000);
    s.events.pause_after_record = &s.client;
    s.server.record(1);
    CHECK(s.server.wire->paused);
    CHECK(s.server.record(2) == 0);
    CHECK(s.events.take() == lines{"record 1 t"});
    s.events.pause_after_record = nullptr;
    s.client.resume_reading();
    s.loop.run_ready();
    s.server.record(2);
    CHECK(s.events.take() == lines{"record 2 t"});
}

TEST_CASE("client_session finishes what is in flight before it goes away") {
    scene s;
    s.join_den(1, 0);
    s.client.post(message("m0", 0));
    const auto posts = s.posts();
    s.server.say(protocol::session::go_away{.reconnect_after_ms = 500});
    s.client.post(message("m1", 1));
    CHECK(s.posts().empty());
    s.server.acknowledge(posts[0], 1);
    CHECK(s.events.take() == lines{"posted 1", "disconnected"});
    s.server.connect(s.client);
    s.server.let_join(1, 1);
    CHECK(s.posts().size() == 1);
}

TEST_CASE("client_session rejects the posts of a room that cannot be joined") {
    scene s;
    s.client.post(message("m0", 0));
    s.server.connect(s.client);
    const auto asked = s.server.heard().at(0);
    s.server.say(protocol::session::failure{.code = static_cast<std::uint16_t>(error_code::bad_name)},
                 asked.header.request);
    CHECK(s.events.take() == lines{"ready ada", "rejected m0 bad_name", "failed den bad_name"});
    CHECK(s.client.unacknowledged() == 0);
}
