#include "tests/catch.hpp"
#include "tests/chat-client/view_fixture.hpp"

using namespace tests;

namespace {

view::room den() {
    return {.key = "den", .name = "den", .last_n = 3, .complete_n = 3};
}

void fill_den(person& at) {
    at.say("den", "ada", "hello");
    at.say("den", "grace", "how is the engine?").reply_to =
        view::quote{.n = 1, .nick = "ada", .text = "hello"};
    at.say("den", "ada", "turning");
}

const std::string up = "\x1b[A";

}  // namespace

TEST_CASE("rooms are changed by number, by step and by what is unread; drafts stay with them") {
    person at({80, 12});
    at.enter({den(),
              {.key = "a", .name = "a"},
              {.key = "b", .name = "b", .unread = 1},
              {.key = "c", .name = "c", .unread = 9, .mentions = 1}});
    const auto& here = at.view.focused_room();
    CHECK(here == "den");
    at.type("unsent");
    at.type(
        "\x1b"
        "2");
    CHECK(here == "a");
    CHECK(at.wished<view::draft>() == std::vector<view::draft>{{"den", "unsent"}});
    CHECK(at.row(11) == "[max]");
    at.type(
        "\x1b"
        "a");
    CHECK(here == "c");
    at.view.set_room({.key = "c", .name = "c"});
    at.type(
        "\x1b"
        "a");
    CHECK(here == "b");
    at.type("\x1b/");
    CHECK(here == "c");
    at.type("\x0e");
    CHECK(here == "den");
    CHECK(at.row(11) == "[max] unsent");
    at.type("\x10\x1b[1;3A\x1b[17~");
    CHECK(here == "c");
    at.type("\x1b[<0;3;2M");
    CHECK(here == "a");
    at.type("\x1bj03");
    CHECK(here == "b");
    at.type("\x1bj0x\x15");
    CHECK(here == "b");
    at.view.open("a");
    at.view.set_rooms({den(), {.key = "c", .name = "c"}});
    CHECK(here != "a");
    at.view.set_rooms({});
    CHECK(at.shows("No room is open"));
    at.type("\x15lost?\r");
    CHECK(at.wished<view::post>().empty());
    CHECK(at.row(11) == "[max] lost?");
}

TEST_CASE("enter posts, a slash commands, two slashes post one") {
    person at({80, 12});
    at.enter({den()});
    at.type("hello :+1:\r");
    at.type("/join ops\r");
    at.type("//etc is a folder\r");
    at.type("one\x1b\rtwo\nthree\r");
    at.type("  \r");
    CHECK(at.wishes.size() >= 4);
    const auto wishes = at.wishes;
    CHECK(at.wished<view::post>() == std::vector<view::post>{{"den", "hello 👍"},
                                                             {"den", "/etc is a folder"},
                                                             {"den", "one\ntwo\nthree"}});
    at.wishes = wishes;
    CHECK(at.wished<view::command>() == std::vector<view::command>{{"den", "/join ops"}});
    at.type(up + up + up + up);
    CHECK(at.row(11) == "[max] //etc is a folder");
}

TEST_CASE("pasted lines are asked about before they are sent") {
    person at({80, 14});
    at.enter({den()});
    at.type("\x1b[200~one line\n\x1b[201~");
    CHECK(at.row(13) == "[max] one line");
    at.type("\x15\x1b[200~/quit\nrm -rf\x1b[31m\nthree\nfour\nfive\x1b[201~");
    CHECK(at.shows("Send 5 lines as one message?"));
    at.type("x\x1b[Bn");
    CHECK(at.wished<view::post>().empty());
    CHECK(at.row(13) == "[max]");
    at.type("\x1b[200~/quit\nnow\x1b[201~y");
    CHECK(at.wished<view::post>() == std::vector<view::post>{{"den", "/quit\nnow"}});
    CHECK(at.wished<view::command>().empty());
    at.type("\x1b[200~a\nb\x1b[201~e");
    CHECK(at.row(13) == "    ┆ b");
    at.type("\x1b[200~" + std::string(70'000, 'x') + "\x1b[201~");
    CHECK(at.shows("that is too long"));
}

TEST_CASE("tab completes commands, nicks, rooms, emoji and choices") {
    person at({80, 14});
    at.say("den", "grace", "hello");
    at.enter({den(), {.key = "garden", .name = "garden"}});
    at.view.set_members("den", {{.nick = "ada"}, {.nick = "grace"}, {.nick = "gregor"}});
    at.view.set_known_rooms({"gallery"});
    const auto typed = [&](const std::string& keys) {
        at.type("\x15" + keys);
        return at.row(13).substr(6);
    };
    CHECK(typed("gr\t") == "grace:");
    CHECK(typed("gr\t\t") == "gregor:");
    CHECK(at.shows(" gregor"));
    CHECK(typed("hey gr\t!") == "hey grace !");
    CHECK(typed("hey @GR\t") == "hey @grace");
    CHECK(typed("/re\t") == "/react");
    CHECK(at.shows("/reply N TEXT"));
    CHECK(typed("/re\t\x1b[Z") == "/reply");
    CHECK(typed("/react 1 :tad\t") == "/react 1 🎉");
    CHECK(typed("nice :tad\t") == "nice 🎉");
    CHECK(typed("/join ga\t\t") == "/join gallery");
    CHECK(typed("/theme p\t") == "/theme plain");
    CHECK(typed("/whois a\t") == "/whois ada");
    CHECK(typed("see #gar\t") == "see #garden");
    typed("/react 1 ");
    CHECK(at.shows("reacts to message N"));
}

TEST_CASE("what is seen is read, what nobody looks at is not") {
    person at({80, 12});
    fill_den(at);
    at.enter({{.key = "den", .name = "den", .unread = 3, .last_n = 3}, {.key = "ops", .name = "ops"}});
    CHECK(at.wished<view::read_up_to>() == std::vector<view::read_up_to>{{"den", 3}});
    at.type("\x1b[O");
    at.hear("den", "ada", "are you there?");
    at.look();
    CHECK(at.wished<view::read_up_to>().empty());
    CHECK(at.row(8).find("new messages") != std::string::npos);
    at.type("\x1b[I");
    CHECK(at.wished<view::read_up_to>() == std::vector<view::read_up_to>{{"den", 4}});
    at.hear("ops", "ada", "elsewhere");
    at.look();
    CHECK(at.wished<view::read_up_to>().empty());
}

TEST_CASE("a list is in front of everything until something is chosen") {
    person at({60, 8});
    at.enter({den()});
    at.view.show(
        {.id = 9, .title = "search", .rows = {{"ada", "the Engine", "#1", 1, "engine"}, {"max", "two"}}});
    CHECK(at.picture() == R"(
 search  2                       Enter chooses · Esc closes
 ada  the Engine                                         #1
 max  two



 host 7 ms · complete to #3
[max]
)");
    at.type("\x1b[B\x1b[B\r");
    CHECK(at.wished<view::picked>() == std::vector<view::picked>{{9, 1}});
    at.view.ask(4, "Trust this server?");
    at.type("?y");
    CHECK(at.wished<view::picked>() == std::vector<view::picked>{{4, 0}});
    at.type("\x1bOP");
    CHECK(at.shows("/react"));
    at.type("\x1b[B\r");
    CHECK(at.row(7) == "[max] /goto");
}

TEST_CASE("two rooms are seen in a split window, each scrolled and typed into by itself") {
    person at({80, 20});
    fill_den(at);
    at.say("ops", "zoe", "all is well");
    at.enter({den(), {.key = "ops", .name = "ops", .last_n = 1}});
    at.type("half");
    at.view.split("ops");
    CHECK(at.view.focused_room() == "ops");
    CHECK(at.shows("turning"));
    CHECK(at.shows("all is well"));
    CHECK(at.row(19) == "[max]");
    at.type("\x1bw");
    CHECK(at.view.focused_room() == "den");
    CHECK(at.row(19) == "[max] half");
    at.view.split("");
    CHECK(at.view.focused_room() == "den");
    CHECK_FALSE(at.shows("all is well"));
}

TEST_CASE("bare text is without columns, and the mouse is the terminal's") {
    person at({40, 8});
    fill_den(at);
    at.enter({den()});
    CHECK(at.view.wants_mouse());
    at.type("\x1bl");
    CHECK_FALSE(at.view.wants_mouse());
    CHECK(at.picture() == R"(




ada: hello
grace: how is the engine?
ada: turning
bare text · ctrl-↑ chooses, c copies · a
)");
    at.type("\x1bl\x1bl!");
    CHECK(at.row(7) == "> !");
    at.type("\x1bm");
    CHECK_FALSE(at.view.wants_mouse());
}

TEST_CASE("rooms looked at longest ago give their windows up") {
    person at({80, 12});
    std::vector<view::room> rooms;
    for (int i = 0; i < 40; ++i) {
        const std::string name = "r" + std::to_string(i);
        at.say(name, "ada", "in " + name);
        rooms.push_back({.key = name, .name = name, .last_n = 1});
    }
    at.enter(rooms);
    for (const view::room& each : rooms) {
        at.view.open(each.key);
        CHECK(at.shows("in " + each.key));
    }
    const std::size_t before = at.fetches;
    at.view.open("r38");
    CHECK(at.shows("in r38"));
    CHECK(at.fetches == before);
    at.view.open("r0");
    CHECK(at.shows("in r0"));
    CHECK(at.fetches == before + 1);
}

TEST_CASE("ctrl-c empties the line, then asks, then leaves") {
    person at({80, 12});
    at.enter({den()});
    at.type("text\x03");
    CHECK(at.row(11) == "[max]");
    at.type("\x03");
    CHECK(at.shows("ctrl-c again"));
    at.type("x\x03\x03");
    CHECK(at.wished<view::quit>().empty());
    at.type("\x03");
    CHECK(at.wished<view::quit>().size() == 1);
}

TEST_CASE("another log of a room is read anew") {
    person at({80, 12});
    fill_den(at);
    at.enter({den()});
    at.logs["den"].clear();
    at.say("den", "zoe", "a new beginning");
    at.view.forget("den");
    CHECK(at.shows("a new beginning"));
    CHECK_FALSE(at.shows("turning"));
}
