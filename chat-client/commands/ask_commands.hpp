// `search` and `whois`: a question to the server, and its answer.
#pragma once

#include "chat-client/commands/command.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chat_client::commands {

// Newest first; page by page until so many were printed.
class search_command final : public command {
  public:
    search_command(const command_setup& setup, domain::search_wish wish, std::size_t count_max)
        : command(setup, {}), wish_(std::move(wish)), left_(count_max) {}

  private:
    void on_ready(const domain::server_facts& facts) override;
    void on_found(std::uint32_t request, const std::vector<domain::found_message>& found,
                  std::uint64_t next) override;
    void ask();

    domain::search_wish wish_;
    std::size_t left_;
    bool any_ = false;
};

class whois_command final : public command {
  public:
    whois_command(const command_setup& setup, std::string nick)
        : command(setup, {}), nick_(std::move(nick)) {}

  private:
    void on_ready(const domain::server_facts& facts) override;
    void on_person(std::uint32_t request, const domain::person& person) override;

    const std::string nick_;
};

}  // namespace chat_client::commands
