// `send`: posts a text or each line of stdin, and ends when all of it is acknowledged.
//
//   stdin ─▶ durable_outbox (on disk) ─▶ session (in flight) ─▶ receipt ─▶ forgotten on disk
//
// Reading stops while 1 MiB waits for the disk or 4 MiB for the server. Nothing is read or stored before the
// server was reached once. What an earlier process left unsent for this server goes first.
#pragma once

#include "chat-client/commands/command.hpp"
#include "chat-client/commands/durable_outbox.hpp"
#include "chat-client/commands/line_input.hpp"
#include "common/runtime/system_random.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chat_client::commands {

struct send_wish {
    std::string room;
    std::optional<std::string> text{};  // nothing: stdin
    bool whole = false;
    std::string id{};  // empty: random
};

class send_command final : public command {
  public:
    send_command(const command_setup& setup, send_wish wish);

  private:
    void on_ready(const domain::server_facts& facts) override;
    void on_posted(const domain::receipt& receipt) override;
    void on_rejected(const domain::outgoing& message, const session::request_failure& why) override;
    void on_postponed(const domain::outgoing& message, const session::request_failure& why) override;
    void on_request_failed(session::request_kind kind, const std::string& room,
                           const session::request_failure& why) override;
    bool settled() const override { return kept_.idle(); }
    void interrupt() override;

    void add(std::string text);
    void steer_input();
    void check_done();
    std::uint64_t unsent() const;

    const send_wish wish_;
    common::runtime::system_random random_;
    durable_outbox kept_;
    line_input input_;
    std::uint64_t added_ = 0;
    std::uint64_t stored_ = 0;    // handed to the session, with what was adopted
    std::uint64_t answered_ = 0;  // acknowledged or rejected
    std::uint64_t rejected_ = 0;
    bool begun_ = false;
    bool input_ended_ = false;
    bool postponed_told_ = false;
};

}  // namespace chat_client::commands
