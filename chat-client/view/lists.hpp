// A list in front of everything: search results, rooms, servers, the help.
#pragma once

#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/view/state.hpp"

#include <string_view>

namespace chat_client::view {

void show_list(state& of, list what);
// Whether a list is open; then the key was for it.
bool press_list(state& of, const terminal::key& pressed);

// Keys and commands, or one command.
void open_help(state& of, std::string_view command);

}  // namespace chat_client::view
