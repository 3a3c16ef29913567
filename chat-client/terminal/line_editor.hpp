// One line being typed, with its cursor and the lines typed before; pure, knows no terminal.
//
//   line_editor line;
//   if (auto done = line.press(key)) post(*done);      enter gives the line and begins a new one
//   const auto shown = line.shown(columns);            what fits, and the column of the cursor in it
#pragma once

#include "chat-client/terminal/history.hpp"
#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/terminal/text_editor.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace chat_client::terminal {

class line_editor {
  public:
    static constexpr std::size_t line_bytes_max = 16 * 1024;

    // Keys that are not for a line are ignored.
    std::optional<std::string> press(const key& pressed);

    const std::string& text() const { return editor_.text(); }
    std::size_t cursor() const { return editor_.cursor(); }  // in bytes, between characters
    bool empty() const { return editor_.empty(); }

    struct view {
        std::string text;
        std::size_t cursor_column = 0;
    };
    // The part around the cursor, at most `columns` wide, safe to show.
    view shown(std::size_t columns) const;

  private:
    std::string enter();

    text_editor editor_{line_bytes_max};
    history history_;
};

}  // namespace chat_client::terminal
