#include "common/transfer/receiver.hpp"
#include "common/transfer/sender.hpp"
#include "common/transfer/tree_scan.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/session/messages.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/catch.hpp"
#include "tests/common/transport/fake_transport.hpp"
#include "tests/support/manual_loop.hpp"
#include "tests/support/memory_disk.hpp"
#include "uploader-client/session/get_conversation.hpp"
#include "uploader-client/session/list_conversation.hpp"
#include "uploader-client/session/put_conversation.hpp"

#include <map>
#include <optional>
#include <vector>

using namespace std::chrono_literals;
using protocol::error_code;
using uploader_client::session::ending;
namespace domain = uploader_client::domain;
namespace seam = common::seam;
namespace session = uploader_client::session;
namespace stream = common::stream;
namespace support = tests::support;
namespace transfer = common::transfer;
namespace transport = common::transport;
namespace upload = protocol::upload;
namespace wire = protocol::wire;

namespace {

class counting_random final : public seam::random {
  public:
    void fill(std::span<std::byte> out) override {
        for (std::byte& byte : out) byte = static_cast<std::byte>(++next_);
    }

  private:
    unsigned next_ = 0;
};

struct notes final : domain::transfer_observer {
    void on_file(const domain::file_report& what) override {
        files.emplace(std::string{what.path}, what.status);
        bytes += what.bytes;
    }
    void on_counts(const domain::transfer_counts& now) override { counts = now; }
    void on_list_error(std::error_code why) override { list_error = why; }

    std::multimap<std::string, upload::status> files;
    std::uint64_t bytes = 0;
    domain::transfer_counts counts;
    std::error_code list_error;
};

// The client's conversation over a framed connection whose other end the test plays.
class stage final : public transfer::channel {
  public:
    // A new connection.
    void connect(const std::shared_ptr<session::conversation>& with) {
        frames_.clear();
        read_ = 0;
        ended.reset();
        socket = std::make_shared<tests::transport::fake_transport>();
        link = transport::framed_connection::create(loop, socket, buffers,
                                                    {.watch = {}, .backlog_bytes_max = 0});
        link->start(idle_);
        link->set_established(protocol::limits::data_payload_bytes_max);
        link->pause_reading();
        link->leave();
        with->begin(link, [this](ending how) { ended = how; });
        loop.run_ready();
    }

    template <class Message>
    void say(const Message& message, std::uint32_t request = 0) {
        arrive(protocol::frame::encode(message, request));
        loop.run_ready();
    }
    // The next frame that the client sent.
    std::optional<protocol::frame::view> hear() {
        for (;;) {
            const auto step = protocol::frame::decoder{protocol::limits::data_payload_bytes_max}.next(
                std::span{socket->written}.subspan(read_));
            if (step.state != protocol::frame::decoder::state::ready) return std::nullopt;
            read_ += step.frame_bytes;
            return step.frame;
        }
    }
    template <class Message>
    Message hear_a() {
        const auto frame = hear();
        REQUIRE(frame);
        REQUIRE(frame->header.type == Message::type);
        Message message;
        REQUIRE(wire::decode(wire::bytes_view{frame->payload}, message) == error_code::none);
        return message;
    }
    void lose() {
        socket->end(make_error_code(std::errc::connection_reset));
        loop.run_ready();
    }

    // Plays a server with one half of a transfer until nothing moves, or so many frames were heard.
    template <class Half>
    void play(Half& half, std::size_t frames_max = SIZE_MAX) {
        for (bool moving = true; moving && frames_max > 0 && !ended;) {
            moving = loop.run_ready() > 0;
            if (std::exchange(room_wanted_, false)) {
                room_wanted_ = half.on_room();
                moving = true;
            }
            for (auto frame = hear(); frame && frames_max > 0; frame = hear(), --frames_max) {
                const stream::slice bytes = stream::slice::copy_of(frame->payload);
                REQUIRE(half.on_frame({frame->header, bytes.bytes(), &bytes}) == error_code::none);
                moving = true;
            }
            while (!frames_.empty() && !socket->paused) {
                const auto next = std::move(frames_.front());
                frames_.pop_front();
                arrive({next.bytes().begin(), next.bytes().end()});
                moving = true;
            }
        }
        loop.run_ready();
    }

    void answer(seam::const_bytes frame) override { frames_.push_back(stream::slice::copy_of(frame)); }
    void want_room() override { room_wanted_ = true; }
    void send_bulk(stream::slice frames) override { frames_.push_back(std::move(frames)); }
    void pause_reading() override {}
    void resume_reading() override {}

    support::manual_loop loop;
    support::manual_pool pool;
    stream::buffer_pool buffers;
    counting_random random;
    std::shared_ptr<tests::transport::fake_transport> socket;
    std::shared_ptr<transport::framed_connection> link;
    std::optional<ending> ended;

  private:
    struct idle_session final : transport::connection_events {
        void on_frame(const transport::incoming_frame&) override {}
        bool fill(transport::outbox&) override { return false; }
        void on_closed(transport::close_reason, std::error_code) override {}
    };
    void arrive(const std::vector<std::byte>& bytes) { REQUIRE(socket->arrive(bytes) == bytes.size()); }

    idle_session idle_;
    std::size_t read_ = 0;
    std::deque<stream::slice> frames_;
    bool room_wanted_ = false;
};

struct silent_receiver final : transfer::receiver_events {
    void on_offer(upload::entry_kind, std::uint64_t) override {}
    void on_outcome(const transfer::receiver_outcome&) override {}
    void on_counts(const transfer::receiver_counts&) override {}
    void on_done(const upload::done&) override {}
};

struct silent_sender final : transfer::sender_events {
    void on_outcome(const transfer::sender_outcome&) override {}
    void on_counts(const transfer::sender_counts&) override {}
    void on_source_error(std::error_code) override {}
    void on_done(const upload::done&) override {}
};

// A client that puts what is in `local`, and a server that stores it in `remote`.
struct put_stage {
    put_stage() {
        REQUIRE_FALSE(transfer::prepare_staging(*remote, transfer::durability::full));
        what = session::put_conversation::create(
            {play.loop, play.pool, play.buffers},
            {.folder = "in", .on_conflict = upload::conflict_policy::rename},
            std::make_shared<transfer::tree_scan>(local, "", ""), told);
    }
    std::shared_ptr<transfer::receiver> server() {
        return transfer::receiver::create({play.loop, play.pool, *remote, play.random, *claims, space},
                                          {.owner = "client", .folder = "in"}, play, silent);
    }

    stage play;
    std::shared_ptr<support::memory_disk> local = std::make_shared<support::memory_disk>();
    std::shared_ptr<support::memory_disk> remote = std::make_shared<support::memory_disk>();
    std::shared_ptr<transfer::claims> claims = transfer::claims::create();
    transfer::unlimited space;
    silent_receiver silent;
    notes told;
    std::shared_ptr<session::put_conversation> what;
};

void stop(stage& play, const std::shared_ptr<transfer::receiver>& half) {
    bool stopped = false;
    half->stop([&] { stopped = true; });
    play.loop.run_ready();
    REQUIRE(stopped);
}

const std::string large(5'000'000, 'x');

}  // namespace

TEST_CASE("put opens, sends and is finished when the server says Done", "[uploader-client]") {
    put_stage on;
    on.local->put("a/small", "hello", 7);
    on.local->put("large", large, 8);
    on.play.connect(on.what);
    const auto open = on.play.hear_a<upload::open>();
    CHECK(open.direction == upload::direction::put);
    CHECK(open.path == "in");
    CHECK(open.on_conflict == upload::conflict_policy::rename);
    CHECK_FALSE(on.play.hear());

    on.play.say(upload::opened{}, 1);
    const auto server = on.server();
    on.play.play(*server);
    REQUIRE(on.play.ended);
    CHECK(on.play.ended->how == ending::kind::finished);
    CHECK(on.remote->text("in/a/small") == "hello");
    CHECK(on.remote->text("in/large") == large);
    CHECK(on.told.counts.files == 2);
    CHECK(on.told.counts.complete);
    CHECK(on.told.counts.files_done == 2);
    CHECK(on.told.counts.sent == large.size() + 5);
    CHECK(on.told.bytes == large.size() + 5);
    stop(on.play, server);
}

TEST_CASE("put goes on over the next connection with what has no outcome", "[uploader-client]") {
    // Lost after so many frames of the client, whatever they are.
    for (std::size_t frames = 1; frames < 26; ++frames) {
        INFO("lost after " << frames << " frames");
        put_stage on;
        on.local->put("a/small", "hello", 7);
        on.local->put("large", large, 8);
        on.play.connect(on.what);
        on.play.hear_a<upload::open>();
        on.play.say(upload::opened{}, 1);
        auto server = on.server();
        on.play.play(*server, frames);
        stop(on.play, server);
        if (!on.play.ended) {
            on.play.lose();
            REQUIRE(on.play.ended);
            CHECK(on.play.ended->how == ending::kind::lost);
            on.play.connect(on.what);
            on.play.hear_a<upload::open>();
            on.play.say(upload::opened{}, 1);
            server = on.server();
            on.play.play(*server);
            stop(on.play, server);
        }
        REQUIRE(on.play.ended);
        CHECK(on.play.ended->how == ending::kind::finished);
        CHECK(on.remote->text("in/a/small") == "hello");
        CHECK(on.remote->text("in/large") == large);
        CHECK(on.told.files.count("large") == 1);
        CHECK(on.told.files.count("a/small") == 1);
    }
}

TEST_CASE("what the server says no to is not tried again, unless it is only busy", "[uploader-client]") {
    struct row {
        error_code code;
        ending::kind how;
    };
    const row table[] = {
        {error_code::not_permitted, ending::kind::refused}, {error_code::bad_name, ending::kind::refused},
        {error_code::no_such_file, ending::kind::refused},  {error_code::superseded, ending::kind::refused},
        {error_code::shutting_down, ending::kind::lost},    {error_code::server_full, ending::kind::lost}};
    for (const row& each : table) {
        INFO(name_of(each.code));
        const auto code = static_cast<std::uint16_t>(each.code);
        for (const bool whole_connection : {false, true}) {
            put_stage on;
            on.play.connect(on.what);
            if (whole_connection) {
                on.play.say(protocol::session::refusal{.code = code, .retry_after_ms = 500, .reason = "why"});
            } else {
                on.play.say(protocol::session::failure{.code = code, .retry_after_ms = 500, .reason = "why"},
                            1);
            }
            REQUIRE(on.play.ended);
            CHECK(on.play.ended->how == each.how);
            CHECK(on.play.ended->code == each.code);
            CHECK(on.play.ended->reason == "why");
            CHECK(on.play.ended->retry_after == 500ms);
        }
    }
}

TEST_CASE("a frame out of turn ends the conversation for good", "[uploader-client]") {
    put_stage on;
    on.play.connect(on.what);
    on.play.say(upload::done{});
    REQUIRE(on.play.ended);
    CHECK(on.play.ended->how == ending::kind::refused);
    CHECK(on.play.ended->code == error_code::unexpected);
    on.play.hear_a<upload::open>();
    CHECK(on.play.hear_a<protocol::session::refusal>().code ==
          static_cast<std::uint16_t>(error_code::unexpected));
}

TEST_CASE("a frame that may be skipped is skipped", "[uploader-client]") {
    put_stage on;
    on.play.connect(on.what);
    on.play.say(upload::progress{});
    CHECK_FALSE(on.play.ended);
    on.play.say(protocol::session::go_away{.reconnect_after_ms = 700});
    CHECK_FALSE(on.play.ended);
    on.play.lose();
    REQUIRE(on.play.ended);
    CHECK(on.play.ended->how == ending::kind::lost);
    CHECK(on.play.ended->retry_after == 700ms);
}

TEST_CASE("a conversation that is stopped ends once", "[uploader-client]") {
    put_stage on;
    on.local->put("large", large, 8);
    on.play.connect(on.what);
    on.what->stop();
    on.what->stop();
    on.play.loop.run_ready();
    REQUIRE(on.play.ended);
    CHECK(on.play.ended->how == ending::kind::lost);
    CHECK(on.play.socket->closed);
}

TEST_CASE("ls shows each name once, over any number of connections", "[uploader-client]") {
    stage play;
    std::vector<std::string> names;
    const auto what = session::list_conversation::create(
        play.loop, "photos", [&](const upload::entry& each) { names.emplace_back(each.name); });
    play.connect(what);
    CHECK(play.hear_a<upload::list>().path == "photos");
    play.say(upload::listing{.more = true, .entries = {{.name = "a"}, {.name = "b"}}}, 1);
    play.lose();
    REQUIRE(play.ended);
    play.connect(what);
    play.hear_a<upload::list>();
    play.say(upload::listing{.more = true, .entries = {{.name = "a"}, {.name = "b"}}}, 1);
    play.say(upload::listing{.more = false, .entries = {{.name = "c"}}}, 1);
    REQUIRE(play.ended);
    CHECK(play.ended->how == ending::kind::finished);
    CHECK(names == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("get brings a tree under another name, and tells each file once", "[uploader-client]") {
    for (std::size_t frames = 0; frames < 12; ++frames) {
        INFO("lost after " << frames << " frames");
        stage play;
        const auto remote = std::make_shared<support::memory_disk>();
        remote->put("tree/small", "hello", 7);
        remote->put("tree/sub/large", large, 8);
        support::memory_disk local;
        REQUIRE_FALSE(transfer::prepare_staging(local, transfer::durability::full));
        const auto claims = transfer::claims::create();
        transfer::unlimited space;
        notes told;
        const auto what = session::get_conversation::create(
            {play.loop, play.pool, local, play.random, *claims, space},
            {.path = "tree", .receiving = {.owner = "server", .rename_to = "copy"}}, told);
        silent_sender silent;
        const auto serve = [&](std::size_t frames_max) {
            play.connect(what);
            const auto open = play.hear_a<upload::open>();
            CHECK(open.direction == upload::direction::get);
            CHECK(open.path == "tree");
            play.say(upload::opened{}, 1);
            const auto server = transfer::sender::create(
                {play.loop, play.pool, play.buffers},
                std::make_shared<transfer::tree_scan>(remote, "tree", "tree"), silent);
            server->attach(play, {});
            play.play(*server, frames_max);
            server->detach();
        };
        serve(frames);
        if (!play.ended) {
            play.lose();
            serve(SIZE_MAX);
        }
        REQUIRE(play.ended);
        CHECK(play.ended->how == ending::kind::finished);
        CHECK(local.text("copy/small") == "hello");
        CHECK(local.text("copy/sub/large") == large);
        CHECK(told.files.count("copy/small") == 1);
        CHECK(told.files.count("copy/sub/large") == 1);
        CHECK(told.counts.files == 2);
        CHECK(told.counts.complete);
    }
}
