// The input: what enter, tab and a paste do, and what is offered above it.
#pragma once

#include "chat-client/view/state.hpp"

#include <string>
#include <vector>

namespace chat_client::view {

void submit(state& of);
// The next candidate, or the one before.
void complete_word(state& of, bool back);
void recall(state& of, bool older);
void paste(state& of, std::string text);

enum class paste_answer : std::uint8_t { send, edit, drop };
void answer_paste(state& of, paste_answer answer);

void set_input(state& of, std::string text);
// After a change of the text by a key.
void typed(state& of);

struct offer_row {
    std::string text;
    std::string help{};
    bool chosen = false;
};
// The lines above the input: candidates, or how the command is used. At most `rows_max`.
std::vector<offer_row> offers(const state& of, std::size_t rows_max);

}  // namespace chat_client::view
