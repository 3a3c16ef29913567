#include "chat-server/domain/search_query.hpp"
#include "tests/catch.hpp"
#include "tests/chat-server/store_fixture.hpp"

using namespace tests::chat_server;
using namespace std::chrono_literals;
using chat::record_kind;
using protocol::error_code;

namespace {

struct search_fixture : store_fixture {
    explicit search_fixture(storage::database::options chosen = {}) : store_fixture(std::move(chosen)) {
        person(1, "ada");
        person(2, "bob");
        lobby = join("lobby")->room.number;
    }
    storage::appended add(storage::new_record record) {
        record.id = id_of(++last_id);
        std::optional<storage::appended> place;
        store->append(loop, record, [&](const auto& stored) { place = stored; });
        loop.run_ready();
        return place.value();
    }
    void say(std::uint32_t author, std::uint32_t room, const std::string& text) {
        add({.author = author, .room = room, .text = text});
    }
    storage::found_page ask(storage::search_request asked) {
        if (asked.who == 0) asked.who = 1;
        if (asked.count == 0) asked.count = 32;
        storage::found_page page;
        store->search(loop, asked, [&](const auto& found) { page = found; });
        loop.run_ready();
        return page;
    }
    std::vector<std::uint64_t> find(const std::string& typed, std::uint32_t who = 1) {
        const auto query = domain::parse_query(typed);
        REQUIRE(query.error == domain::query_error::none);
        std::vector<std::uint64_t> seqs;
        for (const auto& each : ask({.who = who, .match = query.match}).messages) seqs.push_back(each.seq);
        return seqs;
    }

    std::uint32_t lobby = 0;
    std::uint64_t last_id = 0;
};

using list = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("what is typed becomes an expression of words and nothing else") {
    const auto match = [](const char* typed) { return domain::parse_query(typed).match; };
    CHECK(match("tea") == "text : (\"tea\")");
    CHECK(match("tea Time") == "text : (\"tea\" AND \"Time\")");
    CHECK(match("\"hot water\" bis*") == "text : (\"hot water\" AND \"bis\" *)");
    CHECK(match("\"open end") == "text : (\"open end\")");
    CHECK(match("a-b NEAR(c) OR ^d:e") ==
          "text : (\"a\" AND \"b\" AND \"NEAR\" AND \"c\" AND \"OR\" AND \"d\" AND \"e\")");
    CHECK(match("").empty());
    CHECK(match("** \"\" -- '").empty());
    CHECK(match("\u00e9t\u00e9 \u2014") == "text : (\"\u00e9t\u00e9\")");
    CHECK(domain::parse_query("a*").error == domain::query_error::short_prefix);
    CHECK(domain::parse_query("a b c d e f g h i j k l m n o p q").error ==
          domain::query_error::too_many_words);
}

TEST_CASE("no input makes a query fail") {
    constexpr std::string_view alphabet = "\"*^:()-+{}'\\ aAND\xc3\xa9\xf0\x9f\x98\x80\x01";
    search_fixture at;
    at.say(1, at.lobby, "hello");
    for (unsigned seed = 0; seed < 500; ++seed) {
        std::string typed;
        unsigned state = seed * 2654435761U + 1;
        for (unsigned i = 0; i < seed % 40; ++i) {
            state = state * 1664525U + 1013904223U;
            typed += alphabet[(state >> 16) % alphabet.size()];
        }
        const auto query = domain::parse_query(typed);
        if (query.error != domain::query_error::none) continue;
        CHECK(at.ask({.match = query.match}).error == error_code::none);
    }
    CHECK(at.fatal.empty());
}

TEST_CASE("messages are found by words, phrases and beginnings, newest first, across rooms") {
    search_fixture at;
    const auto den = at.join("den")->room.number;
    at.say(1, at.lobby, "Tea is ready");
    at.say(2, at.lobby, "hot water for the tea");
    at.say(2, den, "d\u00e9j\u00e0 vu, no tea");
    CHECK(at.find("tea") == list{1, 2, 1});
    CHECK(at.find("TEA water") == list{2});
    CHECK(at.find("\"tea is\"") == list{1});
    CHECK(at.find("\"is tea\"").empty());
    CHECK(at.find("wat*") == list{2});
    CHECK(at.find("deja") == list{1});
    const auto query = domain::parse_query("tea");
    const auto in_den = at.ask({.match = query.match, .room = storage::room_request{.name = "den"}});
    REQUIRE(in_den.messages.size() == 1);
    CHECK(in_den.messages[0].room_name == "den");
    CHECK(in_den.messages[0].nick == "bob");
    CHECK(at.ask({.match = query.match, .author = "bob"}).messages.size() == 2);
    CHECK(at.ask({.match = "", .author = "ada"}).messages.size() == 1);
    CHECK(at.ask({.match = "", .room = storage::room_request{.name = "attic"}}).error ==
          error_code::no_such_room);
    const auto first = at.ask({.match = query.match, .count = 2});
    REQUIRE(first.messages.size() == 2);
    const auto rest = at.ask({.match = query.match, .count = 2, .before = first.next});
    CHECK(rest.messages.size() == 1);
    CHECK(rest.next == 0);
}

TEST_CASE("messages are found as they read now: edited, or not at all when they are deleted") {
    search_fixture at;
    at.say(1, at.lobby, "first draft");
    at.say(1, at.lobby, "another draft");
    CHECK(at.find("draft") == list{2, 1});
    at.add(
        {.author = 1, .room = at.lobby, .kind = record_kind::edit, .target_n = 1, .text = "final version"});
    CHECK(at.find("draft") == list{2});
    CHECK(at.find("final") == list{1});
    at.add({.author = 1, .room = at.lobby, .kind = record_kind::edit, .target_n = 1, .text = "very last"});
    // Deleted before the second edit was taken in.
    at.add({.author = 1, .room = at.lobby, .kind = record_kind::deletion, .target_n = 1});
    for (const auto* word : {"first", "final", "last"}) CHECK(at.find(word).empty());
    at.add({.author = 1, .room = at.lobby, .kind = record_kind::deletion, .target_n = 2});
    CHECK(at.find("draft").empty());
    CHECK(at.ask({.match = ""}).messages.empty());
}

TEST_CASE("nothing is found in rooms that the one who asks may not enter") {
    search_fixture at;
    at.say(1, at.lobby, "secret tea");
    storage::new_record record{.author = 1, .room = at.lobby, .kind = record_kind::moderation};
    record.action = chat::moderation_action::make_private;
    at.add(record);
    CHECK(at.find("tea", 1) == list{1});
    CHECK(at.find("tea", 2).empty());
}

TEST_CASE("the index follows by itself, over a restart, and forgets what retention removes") {
    storage::database::options options;
    options.keep.records_max = 50;
    search_fixture at{options};
    for (int i = 1; i <= 120; ++i) at.say(1, at.lobby, "word" + std::to_string(i) + " common");
    at.restart();
    CHECK(at.find("word120") == list{120});
    at.loop.advance(5s);
    CHECK(at.find("word10").empty());
    CHECK(at.find("word70").empty());
    CHECK(at.find("word71") == list{71});
    const auto query = domain::parse_query("common");
    CHECK(at.ask({.match = query.match, .count = 32}).messages.size() == 32);
    CHECK(at.fatal.empty());
}
