// What all commands that talk to a server have in common: from the dial to the exit code.
//
//   class rooms_command final : public command { … on_ready() … finish(exit_code::done) … };
//   return rooms_command{setup}.run();
//
//   keeper ─▶ chat (session) ─▶ this, as session_events ─▶ says (voice) ─▶ out (stdout)
//
// The first SIGINT or SIGTERM calls interrupt(); a second one ends the process at once. The server is not
// read from while stdout is full.
#pragma once

#include "chat-client/commands/connection_keeper.hpp"
#include "chat-client/commands/output_queue.hpp"
#include "chat-client/commands/voice.hpp"
#include "chat-client/session/client_session.hpp"
#include "common/app/client_options.hpp"
#include "common/app/exit_code.hpp"
#include "common/app/failure.hpp"
#include "common/runtime/signals.hpp"
#include "common/runtime/worker.hpp"
#include "common/service/dialer.hpp"
#include "common/trust/join_link.hpp"

#include <optional>
#include <string>

namespace chat_client::commands {

struct command_setup {
    const common::app::client_options& options;
    common::trust::server_address server;
    std::string version;
};

class command : protected session::session_events {
  public:
    command(const command_setup& setup, session::session_options chat);
    command(const command&) = delete;
    command& operator=(const command&) = delete;

    // Throws app::failure.
    common::app::exit_code run();

  protected:
    ~command() override = default;

    // Says goodbye, lets what is on its way out arrive, and ends run().
    void finish(common::app::exit_code code);
    void fail(common::app::failure why);
    // Whether everything of the command itself is done; finish() waits for it. Tell changes with settle().
    virtual bool settled() const { return true; }
    void output_failed(std::error_code error);
    void settle();
    virtual void begin() {}
    virtual void interrupt();
    // There is no connection, and the next attempt comes after `wait`.
    virtual void on_waiting(const std::string& /*why*/, common::seam::duration /*wait*/) {}
    // Whether a person sees the state of the connection anyway: it is not said again.
    virtual bool shows_link() const { return false; }
    // run() will throw what failed.
    virtual void on_failing() {}
    // What happens once stdout has taken these records.
    virtual void on_shown(const std::vector<domain::position>&) {}

    bool finishing() const { return finishing_; }
    bool interrupted() const { return interrupted_; }
    const std::string& server() const { return server_; }

    void on_ready(const domain::server_facts& facts) override;
    void on_joined(const domain::room_facts&) override {}
    void on_record(const domain::record&) override {}
    void on_gap(const domain::gap&) override {}
    void on_caught_up(const std::string&) override {}
    void on_posted(const domain::receipt&) override {}
    void on_rejected(const domain::outgoing&, const session::request_failure&) override {}
    void on_postponed(const domain::outgoing&, const session::request_failure&) override {}
    void on_request_failed(session::request_kind kind, const std::string& room,
                           const session::request_failure& why) override;
    void on_trouble(const std::string& room, std::string_view what) override;
    void on_another_log(const std::string& room) override;
    void on_disconnected(const session::disconnect& why) override;

    common::runtime::worker home_{"main"};
    output_queue out_;
    voice says_;
    session::client_session chat_;

  private:
    common::service::dialer dialer_;
    const std::string server_;
    connection_keeper keeper_;
    common::runtime::signals signals_;
    common::seam::timer finish_limit_;
    std::optional<common::app::failure> failure_;
    common::app::exit_code code_ = common::app::exit_code::done;
    bool connected_before_ = false;
    bool finishing_ = false;
    bool interrupted_ = false;
};

}  // namespace chat_client::commands
