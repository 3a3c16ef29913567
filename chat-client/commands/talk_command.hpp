// What `send` and both faces of `join` have in common: what is posted is on disk first, goes out over any
// number of reconnects, and is forgotten when the server has it.
//
//   stdin ─▶ take_line() ─▶ post() ─▶ durable_outbox ─▶ session ─▶ receipt ─▶ forgotten on disk
//
// Reading stops while 1 MiB waits for the disk or 4 MiB for the server.
#pragma once

#include "chat-client/commands/command.hpp"
#include "chat-client/commands/durable_outbox.hpp"
#include "chat-client/commands/line_input.hpp"
#include "common/runtime/system_random.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace chat_client::commands {

class talk_command : public command {
  protected:
    // `whole`: all of stdin is one line.
    talk_command(const command_setup& setup, session::session_options chat, bool whole);
    ~talk_command() override = default;

    // What earlier processes left unsent for this server goes first.
    void adopt() { kept_.adopt(); }
    void start_input() { input_.start(); }
    bool input_ended() const { return input_ended_; }
    void end_input();

    // Gives it an id and a time if it has none. Once it is on disk it goes out.
    void post(domain::outgoing message);
    // Of those that came from the disk just now, before they go out.
    virtual void on_kept(const std::vector<domain::outgoing>&) {}
    virtual std::size_t unsent() const { return chat_.unacknowledged(); }

    virtual void take_line(std::string line) = 0;
    virtual const std::string& room_of_lines() const = 0;
    // Called whenever something was answered or the disk is idle: is everything done?
    virtual void check_done() = 0;

    void on_posted(const domain::receipt& receipt) override;
    void on_rejected(const domain::outgoing& message, const session::request_failure& why) override;
    bool settled() const override { return kept_.idle(); }
    void interrupt() override;

    durable_outbox kept_;

  private:
    void steer_input();
    void forget(const domain::message_id& id);

    common::runtime::system_random random_;
    line_input input_;
    bool input_ended_ = false;
};

}  // namespace chat_client::commands
