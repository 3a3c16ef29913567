// What a client must not forget: messages that are not acknowledged yet, and how far each room was read.
//
//   client_store store(folder + "/chat.db");
//   store.add(server, messages, owner);        durable when it returns: only then may they be sent
//   store.remove(server, ids);                 acknowledged
//   store.adopt(server, owner, is_running);    what processes that have ended left behind, oldest first
//   store.move_positions(server, cursor, positions);   only forward
//   store.position(server, cursor, room)               how far that cursor has come
//
// A cursor is a name for somebody who reads; the empty one is this person.
// `server` is the server's name as in known_servers, `owner` names the process that sends a message. Several
// processes may use one file. Everything blocks and throws database::sqlite_error; one caller at a time.
#pragma once

#include "chat-client/domain/records.hpp"
#include "common/database/sqlite.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::storage {

class client_store {
  public:
    // Makes the file (0600) when it is not there. `vfs` names a registered SQLite VFS; empty: the system's.
    explicit client_store(const std::string& path, const std::string& vfs = {});
    ~client_store();

    void add(std::string_view server, std::span<const domain::outgoing> messages, std::uint64_t owner);
    void remove(std::string_view server, std::span<const domain::message_id> ids);

    using owner_check = std::function<bool(std::uint64_t owner)>;
    // At most limits::adopted_messages_max; they belong to `owner` from now on.
    std::vector<domain::outgoing> adopt(std::string_view server, std::uint64_t owner,
                                        const owner_check& is_running);
    std::uint64_t count(std::string_view server);

    std::optional<std::uint64_t> position(std::string_view server, std::string_view cursor,
                                          std::string_view room);
    void move_positions(std::string_view server, std::string_view cursor,
                        std::span<const domain::position> positions);
    // The server began anew: what was read there before says nothing any more.
    void forget_position(std::string_view server, std::string_view cursor, std::string_view room);

  private:
    struct statements;

    common::database::connection db_;
    std::unique_ptr<statements> sql_;
};

}  // namespace chat_client::storage
