// A framed connection on a fake transport and a virtual clock, with a session that records what it hears.
#pragma once

#include "common/transport/framed_connection.hpp"
#include "protocol/session/messages.hpp"
#include "tests/common/transport/fake_transport.hpp"
#include "tests/support/manual_loop.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace tests::transport {

using common::transport::close_reason;
using common::transport::connection_events;
using common::transport::connection_limits;
using common::transport::framed_connection;
using common::transport::incoming_frame;
using common::transport::outbox;
namespace limits = common::transport::limits;
namespace stream = common::stream;
namespace frame = protocol::frame;

inline std::vector<std::byte> frame_of(std::size_t payload_bytes, std::uint16_t type = 0x7000,
                                       std::byte fill = std::byte{7}) {
    std::vector<std::byte> bytes(protocol::limits::frame_header_bytes + payload_bytes, fill);
    frame::header head;
    head.payload_bytes = static_cast<std::uint32_t>(payload_bytes);
    head.type = type;
    frame::encode_header(std::span(bytes).first<protocol::limits::frame_header_bytes>(), head);
    return bytes;
}

struct recorder final : connection_events {
    void on_frame(const incoming_frame& in) override {
        types.push_back(in.header.type);
        sizes.push_back(in.payload.size());
        kept.push_back(in.keep(in.payload));
        if (during_frame) during_frame();
    }
    bool fill(outbox& to) override { return filler && filler(to); }
    void on_closed(close_reason why, std::error_code more) override {
        ++closes;
        reason = why;
        error = more;
    }
    std::vector<std::uint16_t> types;
    std::vector<std::size_t> sizes;
    std::vector<stream::slice> kept;
    std::function<void()> during_frame;
    std::function<bool(outbox&)> filler;
    int closes = 0;
    close_reason reason = close_reason::none;
    std::error_code error;
};

struct fixture {
    explicit fixture(connection_limits bounds = {}) {
        link = framed_connection::create(loop, wire, pool, bounds);
        link->start(session);
    }
    void establish() { link->set_established(protocol::limits::data_payload_bytes_max); }

    tests::support::manual_loop loop;
    stream::buffer_pool pool;
    std::shared_ptr<fake_transport> wire = std::make_shared<fake_transport>();
    recorder session;
    std::shared_ptr<framed_connection> link;
};

}  // namespace tests::transport
