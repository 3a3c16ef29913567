// `rooms` and `who`: one question, one answer.
#pragma once

#include "chat-client/commands/command.hpp"

#include <string>
#include <vector>

namespace chat_client::commands {

class rooms_command final : public command {
  public:
    explicit rooms_command(const command_setup& setup) : command(setup, {}) {}

  private:
    void on_ready(const domain::server_facts& facts) override;
    void on_rooms(const std::vector<domain::room_line>& rooms, bool last) override;

    // Shown when complete: a question that a reconnect repeats is answered once.
    std::vector<domain::room_line> rooms_;
};

class who_command final : public command {
  public:
    // No rooms: all of them.
    who_command(const command_setup& setup, std::vector<std::string> rooms)
        : command(setup, {}), wished_(std::move(rooms)) {}

  private:
    void on_ready(const domain::server_facts& facts) override;
    void on_rooms(const std::vector<domain::room_line>& rooms, bool last) override;
    void on_joined(const domain::room_facts& room) override;
    void on_members(const std::string& room, const std::vector<domain::member_line>& members,
                    bool last) override;

    // One room at a time: joined for the question, and left.
    void ask_next();

    std::vector<std::string> wished_;
    std::size_t next_ = 0;
    std::vector<domain::member_line> members_;
};

}  // namespace chat_client::commands
