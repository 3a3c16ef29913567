// `export`: the whole room as it reads now, page by page: edits are in their messages, what was deleted is a
// tombstone, reactions are counted.
//
//   join (for posting only) ─▶ fetch ─▶ page ─▶ page_of ─▶ text, JSON or HTML ─▶ the next page, up to the end
//
// The end is where the room ended when it was joined.
#pragma once

#include "chat-client/commands/command.hpp"
#include "chat-client/controller/transcript_text.hpp"

#include <cstdint>
#include <string>

namespace chat_client::commands {

class export_command final : public command {
  public:
    export_command(const command_setup& setup, std::string room, controller::transcript_format format)
        : command(setup, {}), room_(std::move(room)), format_(format) {}

  private:
    void begin() override;
    void on_joined(const domain::room_facts& room) override;
    void on_page(std::uint32_t request, const domain::page& page) override;
    void on_shown(const std::vector<domain::position>& positions) override;

    void ask();
    void end();

    const std::string room_;
    const controller::transcript_format format_;
    std::uint64_t next_seq_ = 1;
    std::uint64_t n_ = 0;  // messages so far
    std::uint64_t last_seq_ = 0;
    bool begun_ = false;
    bool asked_ = false;
    bool waiting_ = false;  // for stdout to take what there is
};

}  // namespace chat_client::commands
