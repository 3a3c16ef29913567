#include "chat-client/controller/slash.hpp"

#include "chat-client/controller/transcript_text.hpp"
#include "tests/catch.hpp"
#include "tests/chat-client/fake_server.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

using namespace chat_client::controller;
using namespace tests::chat_client;
using lines = std::vector<std::string>;

namespace {

// Writes down what the commands ask for.
class host final : public slash_host {
  public:
    host() : chat_(loop_, events_, {}) {}

    lines done;
    std::string room = "den";
    bool local = true;

    session::client_session& chat() override { return chat_; }
    const std::string& focus() const override { return room; }
    void post(domain::outgoing message) override {
        done.push_back("post " + message.room + " " + std::to_string(static_cast<int>(message.kind)) + " #" +
                       std::to_string(message.target_n.value_or(0)) + " " + message.text);
    }
    void tell(const std::string& text) override { done.push_back("tell " + text); }
    void complain(const std::string& line) override { done.push_back("wrong " + line); }
    void enter(const std::string& name) override { done.push_back("enter " + name); }
    void part(const std::string& name) override { done.push_back("part " + name); }
    void quit() override { done.emplace_back("quit"); }
    void ask_person(const std::string& nick, std::function<void(const domain::person&)> then) override {
        done.push_back("who " + nick);
        domain::person who;
        who.nick = nick;
        if (then) then(who);
    }
    void ask_rooms() override { done.emplace_back("rooms"); }
    void ask_members(const std::string& name, bool lag) override {
        done.push_back((lag ? "lag " : "names ") + name);
    }
    void ask_search(domain::search_wish wish) override {
        done.push_back("search " + wish.room + ": " + wish.query);
    }
    void show_help(const std::string& about) override { done.push_back("help " + about); }
    bool run_locally(std::string_view name, const std::vector<std::string>&, std::string_view rest) override {
        if (local) done.push_back("local " + std::string{name} + " " + std::string{rest});
        return local;
    }

    lines after(std::string_view line) {
        done.clear();
        run_slash(*this, line);
        return done;
    }

  private:
    tests::support::manual_loop loop_;
    recorder events_;
    session::client_session chat_;
};

}  // namespace

TEST_CASE("slash commands become posts and questions") {
    host h;
    CHECK(h.after("/join #garden") == lines{"enter garden"});
    CHECK(h.after("/part") == lines{"part den"});
    CHECK(h.after("/msg bob hi  there") == lines{"enter @bob", "post @bob 1 #0 hi  there"});
    CHECK(h.after("/me waves") == lines{"post den 1 #0 /me waves"});
    CHECK(h.after("/reply 7 yes") == lines{"post den 1 #7 yes"});
    CHECK(h.after("/edit #7 no") == lines{"post den 2 #7 no"});
    CHECK(h.after("/delete 7") == lines{"post den 3 #7 "});
    CHECK(h.after("/react 7 heh") == lines{"post den 4 #7 heh"});
    CHECK(h.after("/react 7") == lines{"post den 4 #7 "});
    CHECK(h.after("/topic news") == lines{"post den 5 #0 news"});
    CHECK(h.after("/kick bob spam and ham") == lines{"who bob", "post den 6 #0 spam and ham"});
    CHECK(h.after("/slow 5") == lines{"post den 6 #0 5"});
    CHECK(h.after("/search in:all fox hole") == lines{"search : fox hole"});
    CHECK(h.after("/search fox") == lines{"search den: fox"});
    CHECK(h.after("/who") == lines{"names den"});
    CHECK(h.after("/whois bob") == lines{"who bob"});
    CHECK(h.after("/goto 5") == lines{"local goto 5"});
    CHECK(h.after("/quit ") == lines{"quit"});
}

TEST_CASE("a wrong slash command gets one line") {
    host h;
    for (const char* wrong :
         {"/", "/nonsense", "/join", "/join a b", "/edit x y", "/reply 0 x", "/slow never", "/kick",
          "/search since:yesterday x", "/react 7 :no-such-emoji:", "/help nonsense", "/mute bob long"}) {
        const lines said = h.after(wrong);
        REQUIRE(said.size() == 1);
        CHECK(said[0].starts_with("wrong "));
        CHECK(said[0].find('\n') == std::string::npos);
    }
    h.room.clear();
    CHECK(h.after("/me waves") == lines{"wrong no room is joined: /join ROOM"});
    h.room = "den";
    h.local = false;
    CHECK(h.after("/goto 5") == lines{"wrong /goto is there in the full-screen client only"});
}

TEST_CASE("every slash command has a name of its own, a summary and a line of help") {
    std::set<std::string> names;
    for (const auto& each : slash_help()) {
        CHECK(names.insert(each.name).second);
        CHECK_FALSE(each.summary.empty());
        CHECK(help_text("/" + each.name)->find(each.summary) != std::string::npos);
    }
    for (const char* wanted :
         {"join",   "part",   "msg",     "me",        "topic",      "who",    "whois", "names",
          "rooms",  "search", "reply",   "edit",      "delete",     "react",  "goto",  "read",
          "mute",   "ignore", "nick",    "away",      "kick",       "ban",    "unban", "invite",
          "op",     "deop",   "slow",    "lag",       "theme",      "export", "help",  "quit",
          "unmute", "log",    "private", "retention", "fingerprint"}) {
        CHECK(help_text(wanted).has_value());
    }
}

TEST_CASE("parse_search takes the words in front apart from what is to be found") {
    const auto all =
        parse_search("from:ada since:2026-01-31 until:2026-02-01 in:lab \"a fox\" from:here", "den");
    CHECK(all.wrong.empty());
    CHECK(all.wish.author == "ada");
    CHECK(all.wish.room == "lab");
    CHECK(all.wish.since_ms == 1'769'817'600'000);
    CHECK(all.wish.until_ms == 1'769'990'400'000);
    CHECK(all.wish.query == "\"a fox\" from:here");
    CHECK_FALSE(parse_search("", "den").wrong.empty());
    CHECK_FALSE(parse_search("since:2026-13-01 x", "den").wrong.empty());
}

TEST_CASE("a transcript as HTML lets nothing through that a browser would act on") {
    using chat_client::view::item;
    item evil{.seq = 1, .n = 1, .nick = "<b>ada", .text = "<script>alert('x')</script> & \x1b[2J \"q\""};
    evil.reactions = {{"<i>", 2, false}};
    const std::string page = whole_transcript(transcript_format::html, "a<b", std::vector{evil});
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("<i>") == std::string::npos);
    CHECK(page.find('\x1b') == std::string::npos);
    CHECK(page.find("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; ") != std::string::npos);
    CHECK(page.find("<title>a&lt;b</title>") != std::string::npos);
}

TEST_CASE("a transcript as text and JSON tells edits, tombstones, reactions and gaps") {
    using chat_client::view::item;
    using chat_client::view::item_kind;
    item edited{.seq = 1, .n = 1, .nick = "ada", .text = "now", .edited = true};
    edited.reactions = {{"ok", 2, false}};
    const item deleted{.seq = 2, .n = 2, .nick = "bob", .deleted = true};
    const item gone{.kind = item_kind::expired, .seq = 3, .last_seq = 9, .n = 3, .last_n = 8};
    const std::vector all{edited, deleted, gone};
    CHECK(transcript_text(all) ==
          "1970-01-01 00:00 #1 ada: now (edited) [ok 2]\n1970-01-01 00:00 #2 bob: (deleted)\n"
          "-- messages #3 to #8 not kept any more\n");
    const std::string json = whole_transcript(transcript_format::json, "den", all);
    CHECK(std::ranges::count(json, '\n') == 3);
    CHECK(json.find("\"deleted\":true") != std::string::npos);
    CHECK(json.find("\"event\":\"gap\"") != std::string::npos);
}

TEST_CASE("the manual names every slash command as its help does") {
    std::ifstream file(SLUICE_SOURCE_DIR "/docs/chat-client.md");
    std::string manual{std::istreambuf_iterator<char>{file}, {}};
    std::erase(manual, '\\');
    for (const auto& each : slash_help()) {
        const std::string usage = "| `/" + each.name + (each.usage.empty() ? "" : " " + each.usage) + "`";
        CHECK(manual.find(usage) != std::string::npos);
        CHECK(manual.find(each.summary) != std::string::npos);
    }
}
