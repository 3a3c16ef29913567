// The chat on one worker: its sessions, and the newest records of every room.
//
//   store ── block ──▶ hub ── round over the sessions that have joined ── fill ──▶ sockets
//
//   hub here{loop, store, directory, settings};
//   here.attach({link, author, "ada@laptop"});      a connection past Welcome
//   here.drain([] { … });                           answers what was asked, says goodbye, then calls back
//
// Each worker has a hub of its own; hubs share immutable blocks and nothing else. Only from the loop's
// thread. The hub outlives its loop's handlers.
#pragma once

#include "chat-server/domain/room_tails.hpp"
#include "chat-server/session/directory.hpp"
#include "chat-server/session/live_room.hpp"
#include "chat-server/session/settings.hpp"
#include "chat-server/storage/store.hpp"
#include "common/seam/event_loop.hpp"
#include "common/transport/framed_connection.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace chat_server::session {

// Who is at the other end of a connection.
struct peer {
    std::shared_ptr<common::transport::framed_connection> link;
    protocol::chat::author_id author{};
    std::string key_name;                         // what the key enrolled as: the first nick is made from it
    std::shared_ptr<const void> place = nullptr;  // held until the conversation is over
    bool admin = false;                           // of the whole server
};

class hub {
  public:
    hub(common::seam::event_loop& loop, storage::store& store, directory& who, const settings& chosen);
    ~hub();

    void attach(peer client);
    std::size_t session_count() const { return conversations_.size(); }
    // Takes no more requests and calls `then` when all that was asked is answered and every session is gone.
    void drain(std::function<void()> then);

    const session_counters& counters() const { return counters_; }

  private:
    friend class conversation;

    struct author_hash {
        std::size_t operator()(const protocol::chat::author_id& author) const;
    };

    void on_block(const domain::block_ptr& block);
    void on_notice(const storage::notice& told);
    void on_presence(const std::vector<domain::room_news>& news);
    void listen_to_directory();
    void schedule_round();
    void run_round();
    live_room& room(std::uint32_t number);
    void forget(conversation* gone);

    common::seam::event_loop& loop_;
    storage::store& store_;
    directory& who_;
    const settings& chosen_;
    domain::room_tails tails_;
    // Entries stay: sessions point at them, and there are at most --max-rooms.
    std::unordered_map<std::uint32_t, live_room> rooms_;
    std::unordered_map<conversation*, std::shared_ptr<conversation>> conversations_;
    std::unordered_multimap<protocol::chat::author_id, conversation*, author_hash> by_author_;
    // Sessions with something to read, each once, in their turn; null: gone meanwhile.
    std::deque<conversation*> round_;
    bool round_scheduled_ = false;
    session_counters counters_;
    std::function<void()> drained_;
    bool draining_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace chat_server::session
