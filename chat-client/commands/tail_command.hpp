// `tail` and `export`: prints a room from some message on, up to its end or for ever.
//
// Keeps nothing and moves no cursor. Where the room ended when it was joined first is where it stops.
#pragma once

#include "chat-client/commands/command.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chat_client::commands {

struct tail_wish {
    std::string room;
    session::start_point start{};
    bool follow = false;
};

class tail_command final : public command {
  public:
    tail_command(const command_setup& setup, tail_wish wish) : command(setup, {}), wish_(std::move(wish)) {}

  private:
    void begin() override;
    void on_joined(const domain::room_facts& room) override;
    void on_record(const domain::record& record) override;
    void on_gap(const domain::gap& gap) override;

    void printed(std::uint64_t seq);

    const tail_wish wish_;
    std::optional<std::uint64_t> end_seq_;
};

}  // namespace chat_client::commands
