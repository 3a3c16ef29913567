// The chosen message: what can be done with it by a single key, and copying.
#pragma once

#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/view/state.hpp"

namespace chat_client::view {

void choose_message(state& of, bool up);
// Once more: not chosen any more.
void choose_at(state& of, const position& at);
void let_go(state& of);
// Whether a message is chosen and the key was for it.
bool press_chosen(state& of, const terminal::key& pressed);
const item* chosen_item(const state& of);

}  // namespace chat_client::view
