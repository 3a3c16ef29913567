// `send`: posts a text or each line of stdin, and ends when all of it is acknowledged.
//
// Nothing is read or stored before the server was reached once. What an earlier process left unsent for this
// server goes first.
#pragma once

#include "chat-client/commands/talk_command.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chat_client::commands {

struct send_wish {
    std::string room;
    std::optional<std::string> text{};  // nothing: stdin
    bool whole = false;
    std::string id{};  // empty: random
};

class send_command final : public talk_command {
  public:
    send_command(const command_setup& setup, send_wish wish);

  private:
    void on_ready(const domain::server_facts& facts) override;
    void on_posted(const domain::receipt& receipt) override;
    void on_rejected(const domain::outgoing& message, const session::request_failure& why) override;
    void on_postponed(const domain::outgoing& message, const session::request_failure& why) override;
    void on_request_failed(session::request_kind kind, const std::string& room,
                           const session::request_failure& why) override;
    void on_kept(const std::vector<domain::outgoing>& messages) override { stored_ += messages.size(); }
    std::size_t unsent() const override;
    void take_line(std::string text) override;
    const std::string& room_of_lines() const override { return wish_.room; }
    void check_done() override;

    const send_wish wish_;
    std::uint64_t added_ = 0;
    std::uint64_t stored_ = 0;    // handed to the session, with what was adopted
    std::uint64_t answered_ = 0;  // acknowledged or rejected
    std::uint64_t rejected_ = 0;
    bool begun_ = false;
    bool postponed_told_ = false;
};

}  // namespace chat_client::commands
