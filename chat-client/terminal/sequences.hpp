// What an escape sequence of the keyboard or the mouse means.
#pragma once

#include "chat-client/terminal/input_parser.hpp"

#include <optional>
#include <string_view>

namespace chat_client::terminal {

// `sequence` is whole and without the escape in front: "[A", "[1;5C", "OP", "[<64;10;3M".
std::optional<key> read_sequence(std::string_view sequence);

}  // namespace chat_client::terminal
