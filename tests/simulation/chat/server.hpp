// The chat server on a simulated machine: the real store, hubs and conversations; only sockets, threads,
// clock and disk are simulated, and the handshake is taken as done.
//
//   machine.on_boot([&](process& own) { return std::make_shared<server>(own, net, clients, options); });
//
// A client called "ada" connects to the address "chat/ada" and is known by author_of("ada").
#pragma once

#include "chat-server/session/directory.hpp"
#include "chat-server/session/hub.hpp"
#include "chat-server/storage/sqlite_store.hpp"
#include "common/stream/buffer_pool.hpp"
#include "common/transport/framed_connection.hpp"
#include "tests/simulation/chat/handover.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/node.hpp"
#include "tests/simulation/sqlite_vfs.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tests::simulation::chat {

protocol::chat::author_id author_of(const std::string& client);
std::string address_for(const std::string& client);

struct server_options {
    std::size_t workers = 1;
    std::uint32_t posts_per_s = 0;
    std::size_t tails_bytes_max = 0;
    chat_server::domain::retention keep;
};

class server {
  public:
    server(process& own, network& net, const std::vector<std::string>& clients,
           const server_options& options);
    ~server();

    // Every buffer is within its budget; otherwise says which is not.
    std::string over_budget() const;

  private:
    void accept(const std::string& client, network::stream_ptr stream);
    void drain();
    void drained_one();

    process& own_;
    sqlite_vfs vfs_;
    common::stream::buffer_pool pool_;
    nobody handshake_;
    chat_server::session::settings settings_;
    std::unique_ptr<chat_server::storage::sqlite_store> store_;
    std::unique_ptr<chat_server::session::directory> directory_;
    std::vector<std::unique_ptr<chat_server::session::hub>> hubs_;
    std::vector<std::weak_ptr<common::transport::framed_connection>> links_;
    std::size_t draining_ = 0;
};

}  // namespace tests::simulation::chat
