#include "chat-server/domain/presence.hpp"

#include "chat-server/session/presence_tail.hpp"
#include "tests/catch.hpp"

using namespace chat_server::domain;
using namespace std::chrono_literals;

namespace {

author_id author_of(unsigned number) {
    author_id author{};
    author[0] = static_cast<std::byte>(number);
    return author;
}

struct presence_fixture {
    presence_fixture() { now += 60s; }
    void connect(unsigned who, const std::string& nick) {
        here.connect({.author = author_of(who), .person = who, .nick = nick});
    }
    void enter(unsigned who, bool watching = false) {
        here.enter(room, author_of(who), {.author = author_of(who)}, watching, now);
    }
    void leave(unsigned who, bool at_once) { here.leave(room, author_of(who), false, at_once, now); }
    // The news of the room a second later.
    room_news news() {
        now += 1s;
        const auto all = here.take_news(now);
        return all.empty() ? room_news{} : all.front();
    }

    static constexpr std::uint32_t room = 7;
    common::seam::mono_time now{1h};
    presence here{now};
};

}  // namespace

TEST_CASE("watchers hear who came, changed and went, at most once a second") {
    presence_fixture at;
    at.connect(1, "ada");
    at.connect(2, "bob");
    at.enter(1, true);
    CHECK(at.news().changed.size() == 1);
    at.enter(2);
    at.here.rename(author_of(2), "bobby");
    CHECK(at.here.take_news(at.now + 500ms).empty());
    const auto came = at.news();
    CHECK(came.room == 7);
    CHECK(came.total == 2);
    REQUIRE(came.changed.size() == 1);
    CHECK(came.changed[0].nick == "bobby");
    CHECK(came.changed[0].connections == 1);
    at.here.set_away(author_of(2), "lunch");
    CHECK(at.news().changed.at(0).away == "lunch");
    at.here.move(7, author_of(2), 5, 4);
    CHECK(at.news().changed.at(0).read_seq == 4);
    at.leave(2, true);
    const auto gone = at.news();
    REQUIRE(gone.changed.size() == 1);
    CHECK(gone.changed[0].connections == 0);
    CHECK(gone.changed[0].nick == "bobby");
    CHECK(gone.total == 1);
    CHECK(at.news().room == 0);
}

TEST_CASE("a reconnect within the grace is no news, a longer absence is") {
    presence_fixture at;
    at.connect(1, "ada");
    at.connect(2, "bob");
    at.enter(1, true);
    at.enter(2);
    at.news();
    at.leave(2, false);
    at.here.disconnect(author_of(2));
    at.now += 5s;
    CHECK(at.here.take_news(at.now).empty());
    CHECK(at.here.count(7) == 2);
    at.connect(2, "bob");
    at.enter(2);
    at.now += 6s;
    CHECK(at.here.take_news(at.now).empty());
    // Away a second time: the first farewell is not the one that counts.
    at.leave(2, false);
    at.now += 9s;
    CHECK(at.here.take_news(at.now).empty());
    at.now += 2s;
    const auto news = at.here.take_news(at.now);
    REQUIRE(news.size() == 1);
    CHECK(news[0].changed.at(0).connections == 0);
}

TEST_CASE("typing is told, ends by itself, and is told to have ended") {
    presence_fixture at;
    at.connect(1, "ada");
    at.enter(1, true);
    at.news();
    at.here.type(7, author_of(1), true, at.now);
    CHECK(at.news().typing == std::vector<author_id>{author_of(1)});
    at.here.type(7, author_of(1), true, at.now);
    CHECK(at.here.take_news(at.now + 1s).empty());
    CHECK(at.here.pending());
    at.now += 6s;
    const auto ended = at.news();
    CHECK(ended.room == 7);
    CHECK(ended.typing.empty());
    CHECK_FALSE(at.here.pending());
}

TEST_CASE("a room that nobody watches makes no news, and a crowd is told as a reset") {
    presence_fixture at;
    for (unsigned who = 1; who <= 100; ++who) {
        at.connect(who, "p" + std::to_string(who));
        if (who < 100) at.enter(who);
    }
    CHECK(at.here.take_news(at.now).empty());
    CHECK_FALSE(at.here.pending());
    at.enter(100, true);
    at.news();
    for (unsigned who = 1; who <= 99; ++who) at.leave(who, true);
    const auto news = at.news();
    CHECK(news.reset);
    CHECK(news.changed.empty());
    CHECK(news.total == 1);
}

TEST_CASE("in the first moments of a server who comes back is not named") {
    common::seam::mono_time now{1h};
    presence here{now};
    here.connect({.author = author_of(1), .person = 1, .nick = "ada"});
    here.enter(7, author_of(1), {.author = author_of(1)}, true, now);
    const auto news = here.take_news(now + 1s);
    REQUIRE(news.size() == 1);
    CHECK(news[0].reset);
    CHECK(news[0].changed.empty());
}

TEST_CASE("a slow watcher gets the sum of what it missed, or is told to read the list") {
    chat_server::session::presence_tail tail;
    const auto change = [&](unsigned who, const std::string& nick) {
        room_news news{.room = 7, .total = who};
        news.changed.push_back({.author = author_of(who), .nick = nick});
        tail.add(news);
    };
    change(1, "a");
    change(2, "b");
    change(1, "aa");
    const auto sum = tail.since(1);
    CHECK_FALSE(sum.reset);
    REQUIRE(sum.changed.size() == 2);
    CHECK(sum.changed[0].nick == "aa");
    CHECK(sum.total == 1);
    for (unsigned i = 0; i < 20; ++i) change(3, "c");
    CHECK(tail.since(1).reset);
    CHECK_FALSE(tail.since(tail.version() - 1).reset);
    CHECK(tail.since(tail.version()).room == 0);
}
