// Keeps a session connected: dials, hands the connection over, waits longer after each failure, dials again.
//
//   connection_keeper keeper(worker, dialer, chat, retries, {.on_retry = …, .on_given_up = …});
//   keeper.start();
//   keeper.ready();              from on_ready(): the next failure is the first one again
//   keeper.disconnected(why);    from on_disconnected()
//   keeper.stop();               no more attempts
//
// A server that was never reached is given up after limits::first_attempts_max attempts, one that was there
// before only when `retries` says so; a refusal is final at once.
#pragma once

#include "chat-client/session/client_session.hpp"
#include "common/runtime/system_random.hpp"
#include "common/runtime/task_counter.hpp"
#include "common/runtime/worker.hpp"
#include "common/service/dialer.hpp"
#include "common/transport/backoff.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace chat_client::commands {

struct keeper_actions {
    // Before the next attempt; `lost`: the first one after a connection was lost.
    std::function<void(const std::string& why, common::seam::duration wait, bool lost)> on_retry;
    std::function<void(common::app::failure)> on_given_up;
};

class connection_keeper {
  public:
    connection_keeper(common::runtime::worker& home, common::service::dialer& dialer,
                      session::client_session& chat, std::optional<std::uint32_t> retries,
                      keeper_actions actions);

    void start() { dial(); }
    void ready();
    void disconnected(const session::disconnect& why);
    void stop();
    bool connected() const { return connected_; }

  private:
    void dial();
    void on_dialled(common::service::dialled outcome);
    void try_again(common::app::failure why, common::seam::duration at_least);

    common::runtime::worker& home_;
    common::service::dialer& dialer_;
    session::client_session& chat_;
    const std::optional<std::uint32_t> retries_;
    keeper_actions actions_;
    common::runtime::system_random random_;
    common::transport::backoff backoff_{random_};
    common::seam::timer pause_;
    common::runtime::task_counter tasks_;
    std::uint32_t failures_ = 0;  // in a row
    bool was_ready_ = false;
    bool connected_ = false;
    bool stopped_ = false;
};

}  // namespace chat_client::commands
