// `tail`: prints a room from some message on, up to its end or for ever.
//
// Without a cursor it keeps nothing and moves nothing. With one it goes on behind what was printed before:
// the cursor moves only when the line has been taken by whoever reads standard output. Where the room ended
// when it was joined first is where it stops.
#pragma once

#include "chat-client/commands/command.hpp"
#include "chat-client/commands/durable_outbox.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace chat_client::commands {

struct tail_wish {
    std::string room;
    session::start_point start{};  // without a cursor, or before its first use
    bool follow = false;
    std::string cursor{};
    bool presence = false;
};

class tail_command final : public command {
  public:
    tail_command(const command_setup& setup, tail_wish wish);

  private:
    void begin() override;
    void on_joined(const domain::room_facts& room) override;
    void on_record(const domain::record& record) override;
    void on_gap(const domain::gap& gap) override;
    void on_another_log(const std::string& room) override;
    void on_presence(const domain::presence& told) override;
    void on_members(const std::string& room, const std::vector<domain::member_line>& members,
                    bool last) override;
    void on_shown(const std::vector<domain::position>& positions) override;
    bool settled() const override { return !kept_ || kept_->idle(); }
    void interrupt() override;

    void printed(std::uint64_t seq);
    void note(const domain::member_line& member);

    const tail_wish wish_;
    const std::string key_;
    std::unique_ptr<durable_outbox> kept_;  // with a cursor
    std::optional<std::uint64_t> end_seq_;
    using people = std::map<domain::author_id, domain::member_line>;
    people here_;      // with presence
    people arriving_;  // the pages of a list
};

}  // namespace chat_client::commands
