#include "chat-client/controller/controller.hpp"

#include "chat-client/controller/limits.hpp"
#include "tests/catch.hpp"
#include "tests/chat-client/fake_server.hpp"

#include <functional>

using namespace tests::chat_client;
using namespace std::chrono_literals;
namespace view = chat_client::view;
namespace storage = chat_client::storage;
using chat_client::controller::controller_host;
using lines = std::vector<std::string>;

namespace {

class inline_thread final : public common::seam::serial_executor {
  public:
    void run(common::seam::event_loop& home, common::seam::handler work,
             common::seam::handler done) override {
        work();
        home.post(std::move(done));
    }
};

// Passes everything on to a controller that is made after the session.
class relay final : public recorder {
  public:
    chat_client::controller::controller* core = nullptr;

    void on_ready(const domain::server_facts& facts) override { core->on_ready(facts); }
    void on_joined(const domain::room_facts& facts) override { core->on_joined(facts); }
    void on_record(const domain::record& record) override { core->on_record(record); }
    void on_caught_up(const std::string& room) override { core->on_caught_up(room); }
    void on_page(std::uint32_t request, const domain::page& page) override { core->on_page(request, page); }
    void on_posted(const domain::receipt& receipt) override { core->on_posted(receipt); }
    void on_disconnected(const session::disconnect&) override { core->on_disconnected(); }
    void on_removed(const std::string& room, domain::moderation_action action,
                    const std::string& why) override {
        core->on_removed(room, action, why);
    }
};

struct scene {
    tests::support::manual_loop loop;
    inline_thread thread;
    relay events;
    fake_server server{loop};
    session::client_session chat{loop, events, {.acknowledges = true, .reads = true}};
    view::application screen{{.zone = [](std::int64_t) { return std::tm{}; }}};
    storage::cached_log log{loop, thread, {.folder = {}, .bytes_max = std::size_t{8} << 20}};
    lines done;
    chat_client::controller::controller core{loop, screen, chat,
                                             log,  host(), {.rooms = {"den"}, .server = "s:1"}};

    scene() {
        events.core = &core;
        screen.resize({100, 30});
        core.start();
        settle();
    }
    ~scene() {
        chat.finish();
        loop.run_ready();
    }

    controller_host host() {
        return {.post =
                    [this](domain::outgoing message) {
                        done.push_back("post " + message.text);
                        core.on_kept({message});
                        chat.post(std::move(message));
                    },
                .quit = [this] { done.emplace_back("quit"); },
                .changed = [] {},
                .ring = [this] { done.emplace_back("ring"); },
                .notify =
                    [this](std::string_view title, std::string_view text) {
                        done.push_back("notify " + std::string{title} + ": " + std::string{text});
                    },
                .copy = [](std::string_view) {},
                .write_file = [this](std::string path, std::string text,
                                     bool) { done.push_back("file " + path + " " + text); }};
    }

    // Lets the view ask and the controller answer until neither has anything to say.
    void settle() {
        for (int i = 0; i < 50; ++i) {
            loop.run_ready();
            screen.draw();
            const auto actions = screen.actions();
            for (const view::action& each : actions) core.take(each);
            if (actions.empty()) break;
        }
        loop.run_ready();
    }
    void join(std::uint64_t next_seq, std::uint64_t last_seq) {
        server.connect(chat);
        answer_join(next_seq, last_seq);
    }
    void answer_join(std::uint64_t next_seq, std::uint64_t last_seq) {
        for (const sent_frame& each : server.heard()) {
            if (each.header.type != chat::join_room::type) continue;
            server.say(chat::joined{.room = 7,
                                    .name = "den",
                                    .topic = "foxes",
                                    .first_seq = 1,
                                    .last_seq = last_seq,
                                    .last_n = last_seq,
                                    .next_seq = next_seq,
                                    .read_seq = last_seq,
                                    .read_n = last_seq},
                       each.header.request);
        }
        settle();
    }
    void record(std::uint64_t seq, std::string_view text, chat::record_kind kind = chat::record_kind::message,
                std::optional<std::uint64_t> target = {}, std::string_view nick = "bob") {
        domain::author_id bob{};
        bob[0] = std::byte{9};
        server.say(chat::record{.room = 7,
                                .seq = seq,
                                .n = seq,
                                .kind = kind,
                                .author = bob,
                                .nick = nick,
                                .text = text,
                                .target_n = target});
        settle();
    }
    void caught_up(std::uint64_t seq) {
        server.say(chat::caught_up{.room = 7, .seq = seq});
        settle();
    }
    void type(std::string line) {
        core.take(view::command{.room = "den", .line = std::move(line)});
        settle();
    }
    std::string picture() {
        settle();
        std::string text;
        const auto& grid = screen.draw();
        for (std::size_t row = 0; row < grid.size().rows; ++row) text += grid.row_text(row) + "\n";
        return text;
    }
    bool shows(std::string_view text) { return picture().find(text) != std::string::npos; }
};

}  // namespace

TEST_CASE("controller shows what comes, and what later records make of it") {
    scene s;
    s.join(1, 0);
    s.caught_up(0);
    s.record(1, "helo");
    CHECK(s.shows("helo"));
    s.record(2, "hello", chat::record_kind::edit, 1);
    CHECK(s.shows("hello"));
    CHECK(s.shows("(edited)"));
    s.record(3, "", chat::record_kind::deletion, 1);
    CHECK(s.shows("(deleted)"));
    CHECK_FALSE(s.shows("hello"));
}

TEST_CASE("controller calls for attention when this person is meant, and not for what was there before") {
    scene s;
    s.join(1, 1);
    s.record(1, "ada: old");
    s.caught_up(1);
    CHECK(s.done.empty());
    s.record(2, "nothing");
    s.record(3, "look, ada");
    CHECK(s.done == lines{"ring", "notify bob in den: look, ada"});
    s.type("/mute");
    s.done.clear();
    s.record(4, "ada again");
    CHECK(s.done.empty());
}

TEST_CASE("controller shows a message before the server has it, and once") {
    scene s;
    s.join(1, 0);
    s.caught_up(0);
    s.core.take(view::post{.room = "den", .text = "mine"});
    CHECK(s.shows("mine"));
    const auto frames = s.server.heard();
    const auto post =
        std::ranges::find_if(frames, [](const auto& each) { return each.header.type == chat::post::type; });
    REQUIRE(post != frames.end());
    const auto id = post->as<chat::post>().id;
    s.server.say(chat::record{.room = 7, .seq = 1, .n = 1, .id = id, .nick = "ada", .text = "mine"});
    s.settle();
    const std::string picture = s.picture();
    CHECK(picture.find("mine") == picture.rfind("mine"));
}

TEST_CASE("controller takes nothing to say into a room it was removed from, and can come back") {
    scene s;
    s.join(1, 0);
    s.caught_up(0);
    s.record(1, "before");
    s.server.heard();
    s.server.say(chat::removed{.room = 7, .reason = "too loud"});
    s.settle();
    CHECK(s.shows("too loud"));
    s.core.take(view::post{.room = "den", .text = "still here?"});
    CHECK(s.shows("you are not in this room: /join den"));
    CHECK(s.done.empty());
    s.type("/join den");
    s.answer_join(2, 2);
    s.record(2, "after");
    CHECK(s.shows("after"));
    s.core.take(view::post{.room = "den", .text = "here again"});
    CHECK(s.done == lines{"post here again"});
}

TEST_CASE("controller asks the server for what is missing on the screen") {
    scene s;
    s.join(500, 501);
    s.record(500, "five hundred");
    s.record(501, "the next one");
    s.caught_up(501);
    CHECK(s.shows("five hundred"));
    std::optional<sent_frame> asked;
    for (const auto& each : s.server.heard()) {
        if (each.header.type == chat::fetch::type) asked = each;
    }
    REQUIRE(asked);
    const auto fetch = asked->as<chat::fetch>();
    CHECK(fetch.start == chat::start_at::before_seq);
    CHECK(fetch.position == 500);
    const auto frame = protocol::frame::encode(
        chat::record{.room = 7, .seq = 499, .n = 499, .nick = "bob", .text = "filled in"}, 0);
    s.server.say(
        chat::page{.room = 7, .from_seq = 499, .to_seq = 499, .frames = protocol::wire::bytes_view{frame}},
        asked->header.request);
    CHECK(s.shows("filled in"));
}

TEST_CASE("controller begins anew at the end when it is very far behind") {
    scene s;
    s.server.connect(s.chat);
    const auto answer = [&](std::uint64_t next) {
        for (const sent_frame& each : s.server.heard()) {
            if (each.header.type != chat::join_room::type) continue;
            s.server.say(chat::joined{.room = 7,
                                      .name = "den",
                                      .first_seq = 1,
                                      .last_seq = 90'000,
                                      .last_n = 90'000,
                                      .next_seq = next},
                         each.header.request);
            return each.as<chat::join_room>();
        }
        return chat::join_room{};
    };
    answer(1);
    const auto again = answer(89'501);
    CHECK(again.start == chat::start_at::last_n);
    CHECK(again.position == chat_client::controller::limits::resumed_messages);
}

TEST_CASE("controller writes a room to a file from now on") {
    scene s;
    s.join(1, 0);
    s.caught_up(0);
    s.type("/log talk.txt");
    s.record(1, "kept");
    CHECK(s.done == lines{"file talk.txt 1970-01-01 00:00 #1 bob: kept\n"});
    s.type("/log off");
    s.record(2, "not kept");
    CHECK(s.done.size() == 1);
}
