// Draws the state as a picture, and asks for what the picture shows to be missing.
//
//   ┌ rooms ─┬ topic ───────────┬ people ┐
//   │ 1 den 3│ messages         │ ada    │      panels fold away on narrow windows
//   ├────────┴──────────────────┴────────┤
//   │ status                             │
//   │ [nick] input, up to a third        │
//   └────────────────────────────────────┘
#pragma once

#include "chat-client/terminal/grid.hpp"
#include "chat-client/view/state.hpp"

#include <vector>

namespace chat_client::view {

struct layout {
    terminal::area rooms{};
    terminal::area members{};
    std::vector<terminal::area> panes{};  // with their topic lines
    terminal::area body{};                // everything above the status line
    terminal::area status{};
    terminal::area input{};
};

layout lay_out(const state& of, std::size_t input_lines);

// Notes in `of` where things were drawn and what was wished for because of it.
terminal::grid draw(state& of);

// --- parts of the picture
void draw_rooms(state& of, terminal::grid& on, const terminal::area& where);
void draw_members(state& of, terminal::grid& on, const terminal::area& where);
void draw_topic(const state& of, terminal::grid& on, const terminal::area& where, std::size_t pane_index);
void draw_status(const state& of, terminal::grid& on, const terminal::area& where, bool rooms_hidden);
void draw_list(state& of, terminal::grid& on, const terminal::area& where);
void draw_question(const state& of, terminal::grid& on, const terminal::area& where);

}  // namespace chat_client::view
