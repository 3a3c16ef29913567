#include "tests/catch.hpp"
#include "tests/chat-client/view_fixture.hpp"

using namespace tests;
using view::item_kind;

namespace {

view::room den(std::uint64_t last_n = 3) {
    return {.key = "den",
            .name = "den",
            .topic = "quiet please",
            .last_n = last_n,
            .complete_n = last_n,
            .member_count = 2};
}

void fill_den(person& at) {
    at.say("den", "ada", "hello");
    auto& answer = at.say("den", "grace", "how is the engine?");
    answer.reply_to = view::quote{.n = 1, .nick = "ada", .text = "hello"};
    answer.reactions = {{"👍", 2, false}};
    at.say("den", "ada", "turning").edited = true;
}

const std::string up = "\x1b[A";
const std::string page_up = "\x1b[5~";
const std::string page_down = "\x1b[6~";
const std::string choose = "\x1b[1;5A";

}  // namespace

TEST_CASE("the view at 80 by 24") {
    person at({80, 12});
    fill_den(at);
    at.enter({den(), {.key = "ops", .name = "ops", .unread = 12, .mentions = 1}});
    CHECK(at.picture() == R"(
 1 den      │ den  quiet please                                       2 members
 2 ops @1 12│
            │
            │
            │
            │22:14   1      ada │ hello
            │22:15   2    grace │ ↪ #1 ada: hello
            │                   │ how is the engine?
            │                   │ 👍 2
            │22:16   3      ada │ turning (edited)
 host 7 ms · complete to #3
[max]
)");
    CHECK(at.look().cursor() == terminal::place{6, 11});
}

TEST_CASE("the view at 40 by 10 folds its panels away") {
    person at({40, 10});
    fill_den(at);
    at.enter({den(), {.key = "ops", .name = "ops", .unread = 12, .mentions = 1}});
    at.type("some text that is longer than the line is");
    CHECK(at.picture() == R"(
 den  quiet please            2 members

   ada│hello
 grace│↪ #1 ada: hello
      │how is the engine?
      │👍 2
   ada│turning (edited)
 host 7 ms · complete to #3 · 2:ops@1
> some text that is longer than the line
┆  is
)");
}

TEST_CASE("the view at 120 by 8 has the people, too") {
    person at({120, 8});
    fill_den(at);
    at.enter({den()});
    at.view.set_members("den", {{.nick = "zoe", .state = view::presence::away},
                                {.nick = "max"},
                                {.nick = "ada", .rank = view::role::op}});
    at.view.set_typing("den", {"ada", "zoe"});
    CHECK(at.picture() == R"(
 1 den      │ den  quiet please                                                               2 members │@ada
            │22:14   1        ada │ hello                                                               │ max
            │22:15   2      grace │ ↪ #1 ada: hello                                                     │ zoe
            │                     │ how is the engine?                                                  │
            │                     │ 👍 2                                                                │
            │22:16   3        ada │ turning (edited)                                                    │
 host 7 ms · complete to #3 · ada, zoe are typing…
[max]
)");
}

TEST_CASE("nothing breaks at any size") {
    for (std::size_t columns = 1; columns < 130; columns += columns < 45 ? 1 : 13) {
        for (std::size_t rows = 1; rows < 30; rows += rows < 12 ? 1 : 7) {
            CAPTURE(columns, rows);
            person at({80, 24});
            fill_den(at);
            at.enter({den(), {.key = "ops", .name = "ops"}});
            at.view.resize({columns, rows});
            at.view.split("ops");
            at.type("日本語 text\nmore");
            CHECK(at.look().size() == terminal::extent{columns, rows});
            at.type("\x1bOP");
            at.type("\x1b");
            at.type("\x1b[200~a\nb\nc\x1b[201~");
            at.type("n\x1bl");
            CHECK(at.look().size() == terminal::extent{columns, rows});
        }
    }
}

TEST_CASE("what a peer writes stays text") {
    person at({80, 12});
    auto& evil = at.say("den", "a\x1b[2J\u202e",
                        "\x1b]0;title\x07 \x1b[6n \xc2\x9b"
                        "31m \u202egnp.exe\r\n\x08x");
    evil.reactions = {{"\x1b[H", 1, false}};
    evil.reply_to = view::quote{.n = 1, .nick = "\x1b[A", .text = "\x1b[B"};
    at.enter({{.key = "den", .name = "\x1b[31mden", .topic = "\x07topic", .last_n = 1}});
    const std::string picture = at.picture();
    for (const char c : picture) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    CHECK(picture.find("\u202e") == std::string::npos);
    CHECK(picture.find("\xc2\x9b") == std::string::npos);
    CHECK(at.shows("\\x1b]0;title\\x07"));
}

TEST_CASE("days, new messages, holes and what is being sent are marked") {
    person at({70, 14});
    at.say("den", "ada", "old");
    at.say("den", "ada", "new").at_ms += 86'400'000;
    auto& lost = at.say("den", "", "");
    lost = {.kind = item_kind::hole, .seq = 3, .last_seq = 3, .n = 3, .last_n = 1'002};
    auto& gone = at.say("den", "", "");
    gone = {.kind = item_kind::expired, .seq = 4, .last_seq = 9};
    at.enter({{.key = "den", .name = "den", .unread = 2, .read_seq = 1, .last_n = 1'003, .complete_n = 2}});
    at.view.set_pending("den",
                        {{.nick = "max", .text = "on its way", .sent = view::delivery::pending, .own = true},
                         {.nick = "max",
                          .text = "too long",
                          .sent = view::delivery::refused,
                          .trouble = "the room is closed",
                          .own = true}});
    at.view.trouble("den", "no such command: /x");
    at.view.set_link({.phase = view::link_phase::waiting,
                      .nick = "max",
                      .reason = "timeout",
                      .retry_in_s = 5,
                      .pending = 2});
    CHECK(at.picture() == R"(
 1 den     2│ den
            │
            │
            │22:14      ada │ old
            │── Wednesday, 15 November 2023 ──────────────────────────
            │── new messages ─────────────────────────────────────────
            │22:15      ada │ new
            │── 1,000 messages not here yet (#3 – #1,002) ────────────
            │── 6 records no longer kept ─────────────────────────────
            │           =!= │ no such command: /x
            │           max │ on its way …
            │           max │ too long not sent: the room is closed
 offline, again in 5 s: timeout · 2 pending
[max]
)");
    CHECK(at.wished<view::fill_hole>() == std::vector<view::fill_hole>{{"den", 3, 3}});
}

TEST_CASE("scrollback goes to the beginning of a long log and back, and holds little of it") {
    person at({80, 24});
    for (int i = 1; i <= 3'000; ++i) at.say("den", "ada", "message " + std::to_string(i));
    at.enter({den(3'000)});
    CHECK(at.shows("message 3000"));
    for (int i = 0; i < 200 && !at.shows("message 1\n"); ++i) at.type(page_up);
    CHECK(at.shows("message 1\n"));
    CHECK(at.shows("more below"));
    at.hear("den", "grace", "meanwhile");
    CHECK(at.shows("message 1\n"));
    at.type("\x1b[F");
    CHECK(at.shows("meanwhile"));
    CHECK_FALSE(at.shows("more below"));
    at.type("\x1b[H");
    CHECK(at.shows("message 1\n"));
    for (int i = 0; i < 200 && at.shows("more below"); ++i) at.type(page_down);
    CHECK(at.shows("meanwhile"));
    at.type("\x1b[<64;20;5M");
    CHECK(at.shows("more below"));
    at.type("\x1b[<65;20;5M");
    CHECK_FALSE(at.shows("more below"));
}

TEST_CASE("a message is gone to by its number, also when it is in a hole or nowhere") {
    person at({80, 24});
    for (int i = 1; i <= 3'000; ++i) at.say("den", "ada", "message " + std::to_string(i));
    at.enter({den(3'000)});
    at.view.go_to("den", 1'234);
    CHECK(at.shows("message 1234"));
    CHECK_FALSE(at.shows("message 3000"));
    at.view.go_to("den", 9'999);
    CHECK(at.shows("there is no message #9999"));
    at.type(choose);
    CHECK(at.wished<view::quit>().empty());
}

TEST_CASE("a chosen message is replied to, copied, linked and followed by single keys") {
    person at({100, 12});
    fill_den(at);
    at.say("den", "max", "mine").own = true;
    at.say("den", "max", "engines").kind = item_kind::topic;
    at.enter({den(4)});
    at.type(choose);
    CHECK(at.row(10).starts_with(" #4 max · r reply  + react  c copy  l link  e edit  d delete"));
    at.type("e");
    CHECK(at.row(11) == "[max] /edit 4 mine");
    at.type("\x15" + choose + up + "r");
    CHECK(at.row(11) == "[max] /reply 3");
    at.type("\x15" + choose + "l");
    CHECK(at.wished<view::copied>() == std::vector<view::copied>{{"chat://host/den#4"}});
    at.type(choose + " " + up + up + "c\x19");
    CHECK(at.wished<view::copied>() ==
          std::vector<view::copied>{{"grace: how is the engine?\nada: turning\nmax: mine"}});
    CHECK(at.shows("grace: how is the engine?"));
    at.type("\x03" + choose + up + up + "t");
    CHECK_FALSE(at.shows("#2 grace ·"));
    at.type("really\r");
    CHECK(at.wished<view::post>() == std::vector<view::post>{{"den", "really"}});
}

TEST_CASE("a room that is talked in for days holds a window only") {
    person at({80, 12});
    fill_den(at);
    at.enter({den()});
    for (int i = 0; i < 2'000; ++i) at.hear("den", "ada", "news " + std::to_string(i));
    CHECK(at.shows("news 1999"));
    const std::size_t before = at.fetches;
    at.type("\x1b[H");
    CHECK(at.shows("hello"));
    CHECK(at.fetches > before);
    CHECK(at.shows("more below"));
    for (int i = 0; i < 2'000; ++i) at.hear("den", "ada", "more " + std::to_string(i));
    CHECK(at.shows("hello"));
    at.type("\x1b[F");
    CHECK(at.shows("more 1999"));
}

TEST_CASE("a hole that is looked at is asked for again when the connection is back") {
    person at({80, 12});
    at.say("den", "ada", "before");
    at.say("den", "", "") = {.kind = view::item_kind::hole, .seq = 2, .last_seq = 9, .n = 2, .last_n = 9};
    at.enter({den(9)});
    CHECK(at.wished<view::fill_hole>().size() == 1);
    at.type("x");
    CHECK(at.wished<view::fill_hole>().empty());
    at.view.set_link({.phase = view::link_phase::offline});
    at.view.set_link({.phase = view::link_phase::online});
    at.look();
    CHECK(at.wished<view::fill_hole>().size() == 1);
}

TEST_CASE("pages are turned with a chosen message, and what is said out of sight is hinted at") {
    person at({80, 12});
    for (int i = 1; i <= 200; ++i) at.say("den", "ada", "message " + std::to_string(i));
    at.enter({den(200)});
    at.type(choose + page_up);
    CHECK(at.shows("message 185"));
    CHECK_FALSE(at.shows("message 200"));
    CHECK(at.row(10).starts_with(" #185 ada"));
    at.type(page_up + page_up);
    CHECK_FALSE(at.shows("message 185"));
    at.view.notice("den", "three people\nare here");
    CHECK(at.row(9).find("three people") != std::string::npos);
    CHECK(at.row(8).find("message") != std::string::npos);
    at.type("\x1b[<65;20;5M");
    CHECK_FALSE(at.shows("r reply"));
}
