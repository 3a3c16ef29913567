// The server's side of a session under test: a fake transport, frames in and frames out, and everything told.
#pragma once

#include "chat-client/session/client_session.hpp"
#include "common/stream/buffer_pool.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"
#include "tests/common/transport/fake_transport.hpp"
#include "tests/support/manual_loop.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tests::chat_client {

namespace chat = protocol::chat;
namespace domain = ::chat_client::domain;
namespace session = ::chat_client::session;

// Writes down what a session tells, one line each.
class recorder : public session::session_events {
  public:
    std::vector<std::string> told;
    session::client_session* pause_after_record = nullptr;

    void on_ready(const domain::server_facts& server) override { say("ready " + server.nick); }
    void on_joined(const domain::room_facts& room) override {
        say("joined " + room.name + (room.again ? " again" : ""));
    }
    void on_record(const domain::record& record) override {
        say("record " + std::to_string(record.seq) + " " + record.text);
        if (pause_after_record != nullptr) pause_after_record->pause_reading();
    }
    void on_gap(const domain::gap& gap) override {
        say("gap " + std::to_string(gap.from_seq) + "-" + std::to_string(gap.to_seq));
    }
    void on_caught_up(const std::string& room) override { say("caught up " + room); }
    void on_posted(const domain::receipt& receipt) override {
        say("posted " + std::to_string(receipt.n) + (receipt.repeated ? " repeated" : ""));
    }
    void on_rejected(const domain::outgoing& message, const session::request_failure& why) override {
        say("rejected " + message.text + " " + std::string{name_of(why.code)});
    }
    void on_postponed(const domain::outgoing& message, const session::request_failure&) override {
        say("postponed " + message.text);
    }
    void on_request_failed(session::request_kind, const std::string& room,
                           const session::request_failure& why) override {
        say("failed " + room + " " + std::string{name_of(why.code)});
    }
    void on_trouble(const std::string&, std::string_view what) override {
        say("trouble: " + std::string{what});
    }
    void on_fingerprint_agreed(const std::string&, std::uint64_t seq) override {
        say("same up to " + std::to_string(seq));
    }
    void on_another_log(const std::string& room) override { say("another log " + room); }
    void on_page(std::uint32_t, const domain::page& page) override {
        say("page " + std::to_string(page.from_seq) + "-" + std::to_string(page.to_seq) + " " +
            std::to_string(page.records.size()) + "+" + std::to_string(page.amendments.size()));
    }
    void on_own_rooms(const std::vector<domain::room_line>& rooms, bool last) override {
        for (const auto& each : rooms) say("own " + each.name + " " + std::to_string(each.read_n));
        if (last) say("own rooms end");
    }
    void on_person(std::uint32_t, const domain::person& person) override { say("person " + person.nick); }
    void on_found(std::uint32_t, const std::vector<domain::found_message>& found,
                  std::uint64_t next) override {
        for (const auto& each : found)
            say("found " + each.room + " #" + std::to_string(each.n) + " " + each.text);
        say("next " + std::to_string(next));
    }
    void on_presence(const domain::presence& now) override {
        say("presence " + std::to_string(now.total) + " changed " + std::to_string(now.changed.size()) +
            " typing " + std::to_string(now.typing.size()));
    }
    void on_cursor_moved(const domain::cursor_move& now) override {
        say("read " + std::to_string(now.read_n));
    }
    void on_room_notice(const domain::room_line& room, const std::string& by) override {
        say("notice " + room.name + " by " + by);
    }
    void on_removed(const std::string& room, domain::moderation_action, const std::string& reason) override {
        say("removed " + room + " " + reason);
    }
    void on_slowed(std::uint32_t wait_ms) override { say("slowed " + std::to_string(wait_ms)); }
    void on_latency(common::seam::duration took) override {
        say("latency " + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    }
    void on_disconnected(const session::disconnect& why) override {
        say(why.retryable ? "disconnected" : "disconnected for good");
    }

    std::vector<std::string> take() { return std::exchange(told, {}); }

  private:
    void say(std::string line) { told.push_back(std::move(line)); }
};

struct sent_frame {
    protocol::frame::header header;
    std::vector<std::byte> payload;

    template <class M>
    M as() const {
        M message;
        if (header.type != M::type || protocol::wire::decode(protocol::wire::bytes_view{payload}, message) !=
                                          protocol::error_code::none) {
            throw std::logic_error("not the frame that was expected");
        }
        return message;
    }
};

class fake_server {
  public:
    explicit fake_server(support::manual_loop& loop) : loop_(loop) {}

    // A connection past Welcome, attached to `client`; the server says who it is.
    void connect(session::client_session& client) {
        wire = std::make_shared<transport::fake_transport>();
        const common::transport::connection_limits bounds{.watch = {.ping_after = {}, .silence_max = {}},
                                                          .backlog_bytes_max = 0};
        link = common::transport::framed_connection::create(loop_, wire, pool_, bounds);
        link->start(nobody_);
        link->set_established(protocol::limits::control_payload_bytes_max);
        link->pause_reading();
        client.attach(link);
        loop_.run_ready();
        say(chat::server_info{.you = {}, .nick = "ada", .text_bytes_max = 1000, .rooms_max = 9, .motd = ""});
    }

    template <class M>
    std::size_t say(const M& message, std::uint32_t request = 0) {
        const std::vector<std::byte> frame = protocol::frame::encode(message, request);
        const std::size_t taken = wire->arrive(frame);
        loop_.run_ready();
        return taken;
    }

    // What the client has sent since the last call.
    std::vector<sent_frame> heard() {
        loop_.run_ready();
        std::vector<sent_frame> frames;
        protocol::frame::decoder decoder{protocol::limits::data_payload_bytes_max};
        std::span<const std::byte> rest{wire->written};
        for (auto step = decoder.next(protocol::wire::bytes_view{rest});
             step.state == protocol::frame::decoder::state::ready;
             step = decoder.next(protocol::wire::bytes_view{rest})) {
            frames.push_back({step.frame.header, {step.frame.payload.begin(), step.frame.payload.end()}});
            rest = rest.subspan(step.frame_bytes);
        }
        wire->written.clear();
        return frames;
    }

    // Answers the one join that is heard.
    chat::start_at let_join(std::uint64_t next_seq, std::uint64_t last_seq,
                            std::uint64_t* position = nullptr) {
        const auto frames = heard();
        const auto& asked = frames.at(0);
        const auto join = asked.as<chat::join_room>();
        if (position != nullptr) *position = join.position;
        say(chat::joined{.room = 7,
                         .name = "den",
                         .topic = "",
                         .first_seq = 1,
                         .last_seq = last_seq,
                         .last_n = last_seq,
                         .next_seq = next_seq},
            asked.header.request);
        return join.start;
    }

    std::size_t record(std::uint64_t seq) {
        return say(chat::record{.room = 7, .seq = seq, .n = seq, .nick = "bob", .text = "t"});
    }
    void acknowledge(const sent_frame& post, std::uint64_t n, bool repeated = false) {
        say(chat::posted{.room = 7, .seq = n, .n = n, .id = post.as<chat::post>().id, .repeated = repeated},
            post.header.request);
    }
    void lose() {
        wire->end(std::make_error_code(std::errc::connection_reset));
        loop_.run_ready();
    }

    std::shared_ptr<transport::fake_transport> wire;
    std::shared_ptr<common::transport::framed_connection> link;

  private:
    struct nobody final : common::transport::connection_events {
        void on_frame(const common::transport::incoming_frame&) override {}
        bool fill(common::transport::outbox&) override { return false; }
        void on_closed(common::transport::close_reason, std::error_code) override {}
    };

    support::manual_loop& loop_;
    common::stream::buffer_pool pool_;
    nobody nobody_;
};

inline domain::outgoing message(std::string text, unsigned number) {
    domain::outgoing made{.room = "den", .text = std::move(text), .target_n = std::nullopt};
    made.id[0] = static_cast<std::byte>(number);
    made.id[1] = static_cast<std::byte>(number >> 8);
    return made;
}

}  // namespace tests::chat_client
