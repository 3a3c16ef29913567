// The client's files behind the event loop: messages become durable in batches, then they may be sent.
//
//   durable_outbox kept(loop, folder, server, {.on_durable = …, .on_idle = …, .on_failed = …});
//   kept.adopt();                 what earlier processes left comes as on_durable()
//   kept.add(message);            on_durable() follows, in order
//   kept.forget(id);              acknowledged
//   kept.taken(positions);        how far rooms were read, by the cursor that was given
//
// While one commit runs the next one gathers. Only from the loop's thread.
#pragma once

#include "chat-client/storage/client_store.hpp"
#include "common/app/failure.hpp"
#include "common/runtime/job_threads.hpp"
#include "common/seam/event_loop.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chat_client::commands {

struct outbox_actions {
    std::function<void(std::vector<domain::outgoing>)> on_durable;
    std::function<void()> on_idle;  // nothing waits for the disk
    std::function<void(const common::app::failure&)> on_failed;
};

class durable_outbox {
  public:
    // Opens the file (blocks). Throws app::failure. The empty cursor is what this person was shown.
    durable_outbox(common::seam::event_loop& home, const std::string& folder, std::string server,
                   outbox_actions actions, std::string cursor = {});

    void adopt();
    void add(domain::outgoing message);
    bool has_room() const;
    void forget(const domain::message_id& id);
    void taken(const std::vector<domain::position>& positions);
    void forget_position(const std::string& room);

    // Blocks: before the loop runs.
    std::optional<std::uint64_t> position(const std::string& room) {
        return store_->position(server_, cursor_, room);
    }
    // Blocks: after the loop ended.
    std::uint64_t count() { return store_->count(server_); }

    // No more delays: what is known is written as soon as the disk is free.
    void flush();
    bool idle() const;

  private:
    struct batch;

    void schedule();
    void pump();
    template <class Work>
    void run(Work work, std::function<void()> done);

    common::seam::event_loop& home_;
    const std::string server_;
    const std::string cursor_;
    const std::uint64_t owner_;
    outbox_actions actions_;
    std::unique_ptr<storage::client_store> store_;

    std::deque<domain::outgoing> added_;
    std::size_t added_bytes_ = 0;
    std::vector<domain::message_id> forgotten_;
    std::map<std::string, std::uint64_t> taken_;
    std::optional<common::app::failure> failed_;
    std::size_t jobs_ = 0;  // on the thread
    bool writing_ = false;
    bool flushing_ = false;
    common::seam::timer delay_;
    common::runtime::serial_executor thread_{"store"};
};

}  // namespace chat_client::commands
