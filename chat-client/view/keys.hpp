// What each key does.
//
//   question, paste ─▶ list ─▶ chosen message ─▶ rooms and scrolling ─▶ the input
//
// The first of them that is open takes the key.
#pragma once

#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/view/state.hpp"

namespace chat_client::view {

void press(state& of, const terminal::key& pressed);

}  // namespace chat_client::view
