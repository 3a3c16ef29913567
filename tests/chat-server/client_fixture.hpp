// A hub on a real store, and clients of it whose sockets the test holds.
//
//   server_fixture at;
//   client ada{at, 1, "ada@laptop"};
//   const auto room = ada.join("lobby");  ada.post(room, 1, "hello");
//   ada.messages<chat::record>(), ada.types(), ada.seqs()       what has been written to its socket so far
#pragma once

#include "chat-server/session/hub.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/session/messages.hpp"
#include "tests/catch.hpp"
#include "tests/chat-server/store_fixture.hpp"
#include "tests/common/transport/fake_transport.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tests::chat_server {

namespace session = ::chat_server::session;
using protocol::error_code;
using protocol::chat::start_at;
using tests::transport::fake_transport;

struct nobody final : common::transport::connection_events {
    void on_frame(const common::transport::incoming_frame&) override {}
    bool fill(common::transport::outbox&) override { return false; }
    void on_closed(common::transport::close_reason, std::error_code) override {}
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
        link_ = common::transport::framed_connection::create(at.loop, wire, at.pool, {});
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
    std::shared_ptr<common::transport::framed_connection> link_;
};

}  // namespace tests::chat_server
