// Which server, when none was named: a choice of what is on the local network and what is known here.
//
//   const auto choices = find_servers(options);      blocks for discovery's time
//   const auto address = choose_server(options);     asks at the terminal; nothing: no terminal, no answer
//
// A number takes a line of the list; anything else is an address.
#pragma once

#include "common/app/client_options.hpp"
#include "common/discovery/server_list.hpp"
#include "common/trust/known_servers.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::commands {

struct server_choice {
    std::string address;  // as find_target() takes it
    std::string about;    // not cleaned
};

// What was found first, then what is known and was not found. Pure.
std::vector<server_choice> merge_choices(std::span<const common::discovery::found_server> found,
                                         std::span<const common::trust::known_server> known);

std::vector<server_choice> find_servers(const common::app::client_options& options);

// Nothing: no line has this number, and it is no address either.
std::optional<std::string> chosen_address(std::span<const server_choice> choices, std::string_view answer);

std::optional<std::string> choose_server(const common::app::client_options& options);

}  // namespace chat_client::commands
