#include "chat-client/view/timeline.hpp"

#include "chat-client/view/limits.hpp"
#include "tests/catch.hpp"

#include <string>
#include <vector>

using namespace chat_client::view;

namespace {

item message(std::uint64_t seq, std::string text = "x") {
    return {.seq = seq, .n = seq, .text = std::move(text)};
}

item hole(std::uint64_t from, std::uint64_t to) {
    return {.kind = item_kind::hole, .seq = from, .last_seq = to, .n = from, .last_n = to};
}

page of(std::uint64_t from, std::uint64_t to, std::vector<item> items, std::uint64_t request = 0) {
    return {.room = "den", .request = request, .from_seq = from, .to_seq = to, .items = std::move(items)};
}

page messages(std::uint64_t from, std::uint64_t to, std::uint64_t request = 0) {
    std::vector<item> items;
    for (std::uint64_t seq = from; seq <= to; ++seq) items.push_back(message(seq));
    return of(from, to, std::move(items), request);
}

// "3 4 [5-7] note" as text.
std::string shown(const timeline& log) {
    std::string text;
    for (auto at = log.begin(); at != log.end(); ++at) {
        const item& what = at->second.what;
        if (!text.empty()) text += ' ';
        if (at->second.kind == entry_kind::logged) {
            const std::string seq = std::to_string(what.seq);
            text +=
                what.kind == item_kind::hole ? "[" + seq + "-" + std::to_string(what.last_seq) + "]" : seq;
        } else {
            text += what.text;
        }
    }
    return text;
}

timeline with_newest(page first) {
    timeline log;
    const auto asked = log.wish_for(fetch_from::newest, 0, 1);
    REQUIRE(asked);
    first.request = asked->request;
    first.newest = true;
    log.put(std::move(first));
    return log;
}

}  // namespace

TEST_CASE("timeline takes the answer to its question and no other") {
    timeline log;
    CHECK_FALSE(log.put(messages(1, 3)));
    CHECK_FALSE(log.loaded());
    const auto asked = log.wish_for(fetch_from::newest, 0, 7);
    REQUIRE(asked);
    CHECK(asked->request == 7);
    CHECK_FALSE(log.wish_for(fetch_from::newest, 0, 8));
    CHECK_FALSE(log.put(messages(1, 3, 6)));
    CHECK(log.put(messages(4, 6, 7)));
    CHECK(shown(log) == "4 5 6");
    CHECK(log.newest());
    CHECK_FALSE(log.oldest());
}

TEST_CASE("timeline takes news that adjoin, and notices when some are missing") {
    timeline log = with_newest(messages(4, 6));
    log.put(messages(7, 7));
    CHECK(shown(log) == "4 5 6 7");
    log.put(of(8, 9, {}));  // an edit of 5: no item of its own
    log.put(of(5, 5, {message(5, "edited")}));
    CHECK(log.to_seq() == 9);
    CHECK(log.at_or_after({5, 0})->second.what.text == "edited");
    log.put(messages(12, 12));
    CHECK(shown(log) == "4 5 6 7");
    CHECK_FALSE(log.newest());
    const auto asked = log.wish_for(fetch_from::after_seq, log.to_seq(), 2);
    REQUIRE(asked);
    page answer = messages(10, 12, 2);
    answer.newest = true;
    log.put(std::move(answer));
    CHECK(shown(log) == "4 5 6 7 10 11 12");
    CHECK(log.newest());
}

TEST_CASE("timeline goes back in the log and does not ask for ever") {
    timeline log = with_newest(messages(4, 6));
    REQUIRE(log.wish_for(fetch_from::before_seq, log.from_seq(), 2));
    CHECK_FALSE(log.wish_for(fetch_from::before_seq, log.from_seq(), 3));
    log.put(messages(2, 3, 2));
    CHECK(shown(log) == "2 3 4 5 6");
    REQUIRE(log.wish_for(fetch_from::before_seq, 2, 3));
    log.put(of(2, 1, {}, 3));  // nothing new
    CHECK_FALSE(log.wish_for(fetch_from::before_seq, 2, 4));
    log.retry();
    REQUIRE(log.wish_for(fetch_from::before_seq, 2, 4));
    page last = messages(1, 1, 4);
    last.oldest = true;
    log.put(std::move(last));
    CHECK(shown(log) == "1 2 3 4 5 6");
    CHECK(log.oldest());
}

TEST_CASE("a hole is filled from either side, in the middle, or whole") {
    struct row {
        std::uint64_t from;
        std::uint64_t to;
        std::string shown;
    };
    const std::vector<row> table{
        {2, 8, "1 2 3 4 5 6 7 8 9"},   {2, 3, "1 2 3 [4-8] 9"},   {7, 8, "1 [2-6] 7 8 9"},
        {4, 5, "1 [2-3] 4 5 [6-8] 9"}, {1, 4, "1 2 3 4 [5-8] 9"}, {6, 9, "1 [2-5] 6 7 8 9"},
    };
    for (const row& each : table) {
        CAPTURE(each.from, each.to);
        timeline log = with_newest(of(1, 9, {message(1), hole(2, 8), message(9)}));
        log.put(messages(each.from, each.to));
        CHECK(shown(log) == each.shown);
    }
    timeline log = with_newest(of(1, 9, {message(1), hole(2, 8), message(9)}));
    CHECK(log.find_message(5)->second.what.kind == item_kind::hole);
    log.put(messages(4, 5));
    CHECK(log.find_message(5)->second.what.kind == item_kind::message);
    const item& left = log.find_message(3)->second.what;
    CHECK(left.n == 2);
    CHECK(left.last_n == 3);
    CHECK(log.find_message(10) == log.end());
}

TEST_CASE("what lies beyond the window is not among the entries") {
    timeline log = with_newest(messages(4, 6));
    log.put(messages(9, 9));  // 7 and 8 were not told
    log.note("note", false);
    CHECK_FALSE(log.newest());
    CHECK(shown(log) == "4 5 6");
    CHECK(log.at_or_after({7, 0}) == log.end());
    CHECK(log.at_or_after({100, 0}) == log.end());
    CHECK(log.at_or_after({}) == log.begin());
}

TEST_CASE("notes stand where they were said, pending messages last") {
    timeline log = with_newest(messages(4, 5));
    log.note("note", false);
    log.set_pending({{.text = "pending"}});
    log.put(messages(6, 6));
    CHECK(shown(log) == "4 5 note 6 pending");
    log.set_pending({});
    CHECK(shown(log) == "4 5 note 6");
    log.clear();
    CHECK(shown(log).empty());
    log.put(messages(7, 7));
    CHECK(shown(log) == "7");
    log.reveal();
    CHECK(shown(log) == "4 5 note 6 7");
    log.forget();
    CHECK(shown(log) == "note");
    for (std::size_t i = 0; i < limits::notes_max + 50; ++i) log.note("n", true);
    CHECK(shown(log).size() == limits::notes_max * 2 - 1);
}

TEST_CASE("the window is bounded, and what is kept is where the person looks") {
    timeline log = with_newest(messages(10'001, 10'500));
    std::uint64_t request = 1;
    while (log.from_seq() > 5'000) {
        REQUIRE(log.wish_for(fetch_from::before_seq, log.from_seq(), ++request));
        log.put(messages(log.from_seq() - 200, log.from_seq() - 1, request));
        log.trim({log.from_seq() + 100, 0});
        CHECK(log.items() <= limits::window_items_max);
    }
    CHECK_FALSE(log.newest());
    while (!log.newest()) {
        REQUIRE(log.wish_for(fetch_from::after_seq, log.to_seq(), ++request));
        page next = messages(log.to_seq() + 1, log.to_seq() + 200, request);
        next.newest = next.to_seq >= 10'500;
        log.put(std::move(next));
        log.trim({log.to_seq() - 100, 0});
        CHECK(log.items() <= limits::window_items_max);
    }
    CHECK_FALSE(log.oldest());
    std::vector<item> big;
    for (std::uint64_t seq = 1; seq <= 400; ++seq) big.push_back(message(seq, std::string(64 * 1024, 'x')));
    timeline heavy = with_newest(of(1, 400, std::move(big)));
    heavy.trim({400, 0});
    CHECK(heavy.items() == limits::window_bytes_max / (64 * 1024));
    CHECK(heavy.newest());
}
