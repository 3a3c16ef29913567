// A chat client in miniature on a simulated machine: it keeps its messages until they are acknowledged, reads
// on where it stopped, and believes nothing that the protocol does not promise.
//
//   machine.on_boot([&](process& own) { return std::make_shared<client>(own, net, "ada", rooms, truth); });
//   own.write("lobby", "hi");       // false: the disk did not take it
//
// It checks by itself that records come without a hole; everything else it tells the oracle.
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/transport/framed_connection.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/session/messages.hpp"
#include "tests/simulation/chat/history.hpp"
#include "tests/simulation/chat/oracle.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/node.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tests::simulation::chat {

class client final : private common::transport::connection_events {
  public:
    client(process& own, network& net, std::string name, std::vector<std::string> rooms, oracle& truth);

    bool write(const std::string& room, std::string text);
    // Stops reading from the socket for a while.
    void pause_for(duration time);

    std::size_t outbox_size() const { return kept_.outbox().size(); }
    // Everything up to here was seen.
    std::uint64_t last_seq(const std::string& room) const { return kept_.last_seq(room); }

  private:
    struct joined_room {
        std::string name;
        std::uint64_t last_seq = 0;  // seen in this run
    };

    void on_frame(const common::transport::incoming_frame& frame) override;
    bool fill(common::transport::outbox&) override { return false; }
    void on_closed(common::transport::close_reason reason, std::error_code error) override;

    template <class M>
    bool take(const common::transport::incoming_frame& frame);
    void on(const protocol::chat::server_info& info, std::uint32_t request);
    void on(const protocol::chat::joined& joined, std::uint32_t request);
    void on(const protocol::chat::record& record, std::uint32_t request);
    void on(const protocol::chat::gap& gap, std::uint32_t request);
    void on(const protocol::chat::posted& posted, std::uint32_t request);
    void on(const protocol::session::failure& failure, std::uint32_t request);

    void connect_later(duration delay);
    void connect();
    void send_outbox(std::uint32_t room, const std::string& name);
    void send(std::uint32_t room, const outgoing& message);
    void tell_seen();
    void disk_failed(std::error_code why);
    void broken(const std::string& what);

    process& own_;
    network& net_;
    std::string name_;
    std::vector<std::string> rooms_;
    oracle& truth_;
    history kept_;
    common::stream::buffer_pool pool_;
    std::shared_ptr<common::transport::framed_connection> link_;
    std::map<std::uint32_t, joined_room> joined_;
    std::map<std::string, bool> has_cursor_;  // the server knows where this key is in the room
    std::map<std::uint32_t, std::string> joins_;
    std::map<std::uint32_t, message_id> posts_;
    std::uint32_t next_request_ = 1;
    common::seam::timer reconnect_;
    common::seam::timer seen_timer_;
    common::seam::timer resume_;
    common::seam::timer retry_;
};

}  // namespace tests::simulation::chat
