// A chat client on a simulated machine: the real session and the real store; the scenario is its terminal,
// and the handshake is taken as done.
//
//   machine.on_boot([&](process& own) { return std::make_shared<client>(own, net, options, truth); });
//   client.write("lobby", "hi");
//
// It believes nothing that the protocol does not promise: it checks that records come without a hole, on this
// connection and behind what an earlier run kept, and tells the oracle everything else.
#pragma once

#include "chat-client/session/client_session.hpp"
#include "chat-client/storage/client_store.hpp"
#include "common/stream/buffer_pool.hpp"
#include "tests/simulation/chat/handover.hpp"
#include "tests/simulation/chat/oracle.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/node.hpp"
#include "tests/simulation/sqlite_vfs.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tests::simulation::chat {

struct client_options {
    std::string name;
    std::vector<std::string> rooms;
    // Trusts the server's cursor instead of what its own store says, in rooms where the server has one.
    bool by_cursor = false;
    // Outlives the process: where the server is known to have a cursor.
    std::set<std::string> cursors{};
};

class client final : private chat_client::session::session_events {
  public:
    client(process& own, network& net, client_options& options, oracle& truth);

    void write(const std::string& room, std::string text);
    // Deletes one of the messages that this run had acknowledged.
    void take_one_back();
    // Takes nothing from the socket for a while.
    void pause_for(duration time);

    std::size_t outbox_size() const { return being_kept_ + chat_.unacknowledged(); }
    // Everything up to here was seen.
    std::uint64_t last_seq(const std::string& room) const;

  private:
    using outgoing = chat_client::domain::outgoing;

    void on_ready(const chat_client::domain::server_facts& server) override;
    void on_joined(const chat_client::domain::room_facts&) override {}
    void on_record(const chat_client::domain::record& record) override;
    void on_gap(const chat_client::domain::gap& gap) override;
    void on_caught_up(const std::string& room) override;
    void on_members(const std::string& room, const std::vector<chat_client::domain::member_line>& members,
                    bool last) override;
    void on_posted(const chat_client::domain::receipt& receipt) override;
    void on_rejected(const outgoing& message, const chat_client::session::request_failure& why) override;
    void on_postponed(const outgoing&, const chat_client::session::request_failure&) override {}
    void on_request_failed(chat_client::session::request_kind kind, const std::string& room,
                           const chat_client::session::request_failure& why) override;
    void on_trouble(const std::string& room, std::string_view what) override;
    void on_another_log(const std::string& room) override;
    void on_disconnected(const chat_client::session::disconnect& why) override;

    void enter(const std::string& room);
    void adopt();
    void connect_later(duration delay);
    void connect();
    void follows(const std::string& room, std::uint64_t from_seq, std::uint64_t to_seq);
    void keep_positions();
    void keep(const std::shared_ptr<outgoing>& message);
    // Runs on the store's thread, then `done`; a failure of the disk ends the process.
    void store(std::function<void()> work, std::function<void()> done);
    void broken(const std::string& what);

    process& own_;
    network& net_;
    client_options& options_;
    oracle& truth_;
    sqlite_vfs vfs_;
    chat_client::storage::client_store store_;
    simulated_serial& thread_;
    common::stream::buffer_pool pool_;
    nobody handshake_;
    std::shared_ptr<common::transport::framed_connection> link_;
    chat_client::session::client_session chat_;
    std::map<std::string, std::uint64_t> last_seq_;
    std::set<protocol::chat::message_id> messages_;       // written by this run
    std::vector<chat_client::domain::receipt> receipts_;  // of messages not taken back yet
    std::map<protocol::chat::message_id, protocol::chat::message_id> taken_back_;  // deletion → message
    std::size_t being_kept_ = 0;  // messages that the store has not written yet
    common::seam::timer reconnect_;
    common::seam::timer keep_timer_;
    common::seam::timer resume_;
};

}  // namespace tests::simulation::chat
