#include "chat-server/session/hub.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/session/messages.hpp"
#include "tests/catch.hpp"
#include "tests/chat-server/store_fixture.hpp"
#include "tests/common/transport/fake_transport.hpp"

#include <map>
#include <memory>

using namespace tests::chat_server;
using namespace std::chrono_literals;
namespace session = chat_server::session;
namespace transport = common::transport;
using protocol::error_code;
using protocol::chat::start_at;
using tests::transport::fake_transport;

namespace {

struct nobody final : transport::connection_events {
    void on_frame(const transport::incoming_frame&) override {}
    bool fill(transport::outbox&) override { return false; }
    void on_closed(transport::close_reason, std::error_code) override {}
};

struct server_fixture : store_fixture {
    explicit server_fixture(session::settings settings = unlimited())
        : chosen(std::move(settings)),
          who(loop),
          hub(std::make_unique<session::hub>(loop, *store, who, chosen)) {
        loop.run_ready();
    }
    static session::settings unlimited() {
        session::settings settings;
        settings.posts_per_s = 0;
        return settings;
    }

    common::stream::buffer_pool pool;
    session::settings chosen;
    session::directory who;
    std::unique_ptr<session::hub> hub;
};

// What a client sees, as messages; it keeps the bytes for the views in them.
class client {
  public:
    client(server_fixture& at, unsigned author, const std::string& name = "ada") : at_(at) {
        link_ = transport::framed_connection::create(at.loop, wire, at.pool, {});
        link_->start(before_);
        link_->set_established(protocol::limits::control_payload_bytes_max);
        at.hub->attach({.link = link_, .author = author_of(author), .key_name = name});
        at.loop.run_ready();
    }

    template <class M>
    void send(const M& message, std::uint32_t request = 1) {
        wire->arrive(protocol::frame::encode(message, request));
        at_.loop.run_ready();
    }
    std::uint32_t join(const std::string& room, start_at start = start_at::last_n,
                       std::uint64_t position = 0) {
        send(chat::join_room{.room = room, .start = start, .position = position});
        const auto all = messages<chat::joined>();
        return all.empty() ? 0 : all.back().room;
    }
    void post(std::uint32_t room, std::uint64_t id, const std::string& text, std::uint32_t request = 1) {
        send(chat::post{.room = room, .id = id_of(id), .text = text}, request);
    }
    // The socket takes so much more, at once.
    void take(std::size_t bytes) {
        wire->takes = bytes;
        wire->become_writable();
        at_.loop.run_ready();
    }

    // All messages of this type so far, in order.
    template <class M>
    std::vector<M> messages() {
        std::vector<M> found;
        walk([&](const protocol::frame::view& frame) {
            if (frame.header.type != M::type) return;
            REQUIRE(protocol::wire::decode(frame.payload, found.emplace_back()) == error_code::none);
        });
        return found;
    }
    std::vector<std::uint16_t> types() {
        std::vector<std::uint16_t> all;
        walk([&](const protocol::frame::view& frame) { all.push_back(frame.header.type); });
        return all;
    }
    std::vector<std::uint64_t> seqs() {
        std::vector<std::uint64_t> all;
        for (const auto& record : messages<chat::record>()) all.push_back(record.seq);
        return all;
    }
    error_code failure() {
        const auto all = messages<protocol::session::failure>();
        return all.empty() ? error_code::none : static_cast<error_code>(all.back().code);
    }
    std::size_t outbox_bytes() const { return link_->outbox_bytes(); }

    std::shared_ptr<fake_transport> wire = std::make_shared<fake_transport>();

  private:
    template <class Visitor>
    void walk(Visitor&& visit) {
        protocol::frame::decoder frames{protocol::limits::data_payload_bytes_max};
        protocol::wire::bytes_view rest{wire->written};
        for (;;) {
            const auto step = frames.next(rest);
            REQUIRE(step.state != protocol::frame::decoder::state::failed);
            if (step.state == protocol::frame::decoder::state::more) return;
            visit(step.frame);
            rest = rest.subspan(step.frame_bytes);
        }
    }

    server_fixture& at_;
    nobody before_;
    std::shared_ptr<transport::framed_connection> link_;
};

std::vector<std::uint64_t> counting(std::uint64_t from, std::uint64_t to) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t seq = from; seq <= to; ++seq) all.push_back(seq);
    return all;
}

}  // namespace

TEST_CASE("a client is told who it is, joins, posts, and hears itself and the others in order") {
    server_fixture at;
    client ada{at, 1, "ada@laptop"};
    client bob{at, 2, "bob"};
    REQUIRE(ada.messages<chat::server_info>().size() == 1);
    CHECK(ada.messages<chat::server_info>()[0].nick == "ada");
    const auto room = ada.join("lobby");
    CHECK(bob.join("Lobby") == room);
    ada.post(room, 1, "hello", 7);
    bob.post(room, 2, "hi");
    for (client* each : {&ada, &bob}) {
        const auto records = each->messages<chat::record>();
        REQUIRE(records.size() == 2);
        CHECK(records[0].text == "hello");
        CHECK(records[0].nick == "ada");
        CHECK(records[0].author == author_of(1));
        CHECK(records[1].text == "hi");
        CHECK(records[1].n == 2);
    }
    REQUIRE(ada.messages<chat::posted>().size() == 1);
    CHECK(ada.messages<chat::posted>()[0].seq == 1);
    CHECK(ada.types() == std::vector<std::uint16_t>{chat::server_info::type, chat::joined::type,
                                                    chat::caught_up::type, chat::posted::type,
                                                    chat::record::type, chat::record::type});
}

TEST_CASE("no reader hears of a post before it is committed") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    const auto room = ada.join("lobby");
    bob.join("lobby");
    at.disk.pool().hold();
    ada.post(room, 1, "hello");
    CHECK(ada.messages<chat::posted>().empty());
    CHECK(bob.seqs().empty());
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK(ada.messages<chat::posted>().size() == 1);
    CHECK(bob.seqs() == counting(1, 1));
}

TEST_CASE("a client that resumes behind its position gets every record once, also from the store") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    const std::string text(1000, 'x');
    for (std::uint64_t i = 1; i <= 300; ++i) ada.post(room, i, text);
    // A server that was started again has nothing in its tail.
    at.hub.reset();
    at.loop.run_ready();
    at.hub = std::make_unique<session::hub>(at.loop, *at.store, at.who, at.chosen);
    at.loop.run_ready();

    client bob{at, 2, "bob"};
    bob.join("lobby", start_at::after_seq, 10);
    CHECK(bob.seqs() == counting(11, 300));
    REQUIRE(bob.messages<chat::caught_up>().size() == 1);
    CHECK(bob.types().back() == chat::caught_up::type);
    CHECK(at.hub->counters().pages_asked >= 2);
    bob.post(room, 1, "live");
    CHECK(bob.seqs() == counting(11, 301));
}

TEST_CASE("a reader that stops keeps a position, not its messages, and misses nothing") {
    session::settings settings = server_fixture::unlimited();
    settings.tails_bytes_max = 1024 * 1024;
    server_fixture at{settings};
    client ada{at, 1};
    client bob{at, 2, "bob"};
    client slow{at, 3, "slow"};
    const auto room = ada.join("lobby");
    bob.join("lobby");
    slow.join("lobby");
    slow.wire->takes = 1000;
    const std::string text(10'000, 'x');
    for (std::uint64_t i = 1; i <= 500; ++i) ada.post(room, i, text);
    CHECK(bob.seqs() == counting(1, 500));
    // 5 MB have passed by.
    CHECK(slow.outbox_bytes() <= 256 * 1024);
    CHECK(at.hub->counters().tails_bytes <= settings.tails_bytes_max);
    while (slow.wire->writable_wanted) slow.take(7777);
    CHECK(slow.seqs() == counting(1, 500));
}

TEST_CASE("live rooms go before the backfill of others") {
    server_fixture at;
    client ada{at, 1};
    const auto lobby = ada.join("lobby");
    const auto attic = ada.join("attic");
    for (std::uint64_t i = 1; i <= 400; ++i) ada.post(lobby, i, std::string(2000, 'x'));
    at.hub.reset();
    at.loop.run_ready();
    at.hub = std::make_unique<session::hub>(at.loop, *at.store, at.who, at.chosen);
    at.loop.run_ready();
    client bob{at, 2, "bob"};
    client eve{at, 3, "eve"};
    eve.join("attic");
    bob.wire->takes = 1000;
    bob.join("lobby", start_at::after_seq, 0);
    bob.join("attic");
    eve.post(attic, 1, "live");
    while (bob.wire->writable_wanted) bob.take(100'000);
    std::size_t before_live = 0;
    std::map<std::uint32_t, std::vector<std::uint64_t>> seqs;
    for (const auto& record : bob.messages<chat::record>()) {
        if (seqs[attic].empty() && record.room == lobby) ++before_live;
        seqs[record.room].push_back(record.seq);
    }
    CHECK(before_live < 150);
    CHECK(seqs[lobby] == counting(1, 400));
    CHECK(seqs[attic] == counting(1, 1));
}

TEST_CASE("what retention removed comes as one gap in its place") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    for (std::uint64_t i = 1; i <= 10; ++i) ada.post(room, i, "x");
    at.hub.reset();
    at.store.reset();
    at.options.keep.records_max = 3;
    at.start();
    at.loop.advance(2s);
    at.hub = std::make_unique<session::hub>(at.loop, *at.store, at.who, at.chosen);
    at.loop.run_ready();
    client bob{at, 2, "bob"};
    bob.join("lobby", start_at::after_seq, 4);
    REQUIRE(bob.messages<chat::gap>().size() == 1);
    const auto gap = bob.messages<chat::gap>()[0];
    CHECK(gap.from_seq == 5);
    CHECK(gap.to_seq == 7);
    CHECK(gap.from_n == 5);
    CHECK(gap.to_n == 7);
    CHECK(bob.seqs() == counting(8, 10));
}

TEST_CASE("cursors move on seen only, and are shared by the connections of a key") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    for (std::uint64_t i = 1; i <= 5; ++i) ada.post(room, i, "x");
    client phone{at, 1};
    phone.join("lobby", start_at::cursor);
    CHECK(phone.seqs().empty());
    ada.send(chat::seen{.room = room, .delivered_seq = 3, .read_seq = 2});
    phone.join("lobby", start_at::cursor);
    CHECK(phone.seqs() == counting(4, 5));
    CHECK(phone.messages<chat::joined>().back().read_n == 2);
}

TEST_CASE("a fetch is answered with a page of whole frames") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    for (std::uint64_t i = 1; i <= 5; ++i) ada.post(room, i, "x");
    ada.send(chat::fetch{.room = room, .start = start_at::before_seq, .position = 4, .count = 2}, 9);
    const auto pages = ada.messages<chat::page>();
    REQUIRE(pages.size() == 1);
    CHECK(pages[0].from_seq == 2);
    CHECK(pages[0].to_seq == 3);
    protocol::frame::decoder frames{protocol::limits::control_payload_bytes_max};
    CHECK(frames.next(pages[0].frames).frame.header.type == chat::record::type);
}

TEST_CASE("lists tell rooms, members and their cursors") {
    server_fixture at;
    client ada{at, 1};
    client bob{at, 2, "bob"};
    client phone{at, 2, "bob"};
    const auto room = ada.join("lobby");
    bob.join("lobby");
    phone.join("lobby");
    ada.post(room, 1, "x");
    bob.send(chat::seen{.room = room, .delivered_seq = 1, .read_seq = 1});
    ada.send(chat::list_members{.room = room});
    REQUIRE(ada.messages<chat::member_list>().size() == 1);
    const auto members = ada.messages<chat::member_list>()[0];
    REQUIRE(members.entries.size() == 2);
    CHECK(members.entries[1].nick == "bob");
    CHECK(members.entries[1].connections == 2);
    CHECK(members.entries[1].read_seq == 1);
    ada.send(chat::list_rooms{});
    REQUIRE(ada.messages<chat::room_list>().size() == 1);
    CHECK(ada.messages<chat::room_list>()[0].rooms[0].member_count == 2);
    CHECK(ada.messages<chat::room_list>()[0].rooms[0].last_n == 1);
    bob.wire->end();
    phone.wire->end();
    at.loop.run_ready();
    ada.send(chat::list_members{.room = room});
    CHECK(ada.messages<chat::member_list>().back().total == 1);
}

TEST_CASE("what is not allowed is answered, never dropped in silence") {
    session::settings settings;
    settings.text_bytes_max = 10;
    settings.posts_per_s = 1;
    settings.posts_burst = 2;
    server_fixture at{settings};
    client ada{at, 1};
    ada.send(chat::join_room{.room = "no such", .start = start_at::last_n});
    CHECK(ada.failure() == error_code::bad_name);
    ada.send(chat::join_room{.room = "nowhere", .flags = chat::join_flags::existing_only});
    CHECK(ada.failure() == error_code::no_such_room);
    ada.send(chat::set_nick{.nick = "a b"});
    CHECK(ada.failure() == error_code::bad_name);
    ada.send(chat::fetch{.room = 5, .count = 1});
    CHECK(ada.failure() == error_code::no_such_room);
    const auto room = ada.join("lobby");
    ada.post(room, 1, std::string(11, 'x'));
    CHECK(ada.failure() == error_code::not_permitted);
    ada.post(room, 2, "x");
    CHECK(ada.messages<chat::posted>().size() == 1);
    ada.post(room, 3, "x");
    CHECK(ada.failure() == error_code::rate_limited);
    CHECK(ada.messages<protocol::session::failure>().back().retry_after_ms == 1000);
    at.loop.advance(1s);
    ada.post(room, 3, "x");
    CHECK(ada.messages<chat::posted>().size() == 2);
    at.loop.advance(1s);
    ada.send(chat::post{.room = room, .id = id_of(4), .text = "x", .target_n = 99});
    CHECK(ada.failure() == error_code::no_such_message);
    CHECK_FALSE(ada.wire->closed);
}

TEST_CASE("a breach of the protocol is refused and ends the connection") {
    server_fixture at;
    client ada{at, 1};
    SECTION("a message cut short") {
        auto bytes = protocol::frame::encode(chat::leave_room{.room = 1});
        bytes[0] = std::byte{3};
        bytes.pop_back();
        ada.wire->arrive(bytes);
    }
    SECTION("a second Hello") {
        ada.send(protocol::session::hello{});
    }
    SECTION("a fetch of nothing") {
        ada.join("lobby");
        ada.send(chat::fetch{.room = 1, .count = 0});
    }
    at.loop.run_ready();
    CHECK(ada.messages<protocol::session::refusal>().size() == 1);
    CHECK(ada.wire->closed);
    CHECK(at.hub->session_count() == 0);
}

TEST_CASE("a client that posts without reading answers is not read from beyond a bound") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    at.disk.pool().hold();
    const std::string text(40'000, 'x');
    std::size_t sent = 0;
    while (!ada.wire->paused && sent < 100) ada.post(room, ++sent, text);
    CHECK(sent < 20);
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK_FALSE(ada.wire->paused);
    CHECK(ada.messages<chat::posted>().size() == sent);
}

TEST_CASE("a drain answers what was asked and says goodbye") {
    server_fixture at;
    client ada{at, 1};
    const auto room = ada.join("lobby");
    at.disk.pool().hold();
    ada.post(room, 1, "x");
    bool drained = false;
    at.hub->drain([&] { drained = true; });
    at.loop.run_ready();
    CHECK_FALSE(drained);
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK(drained);
    CHECK(ada.messages<chat::posted>().size() == 1);
    CHECK(ada.types().back() == protocol::session::bye::type);
}
