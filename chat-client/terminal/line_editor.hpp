// One line being typed, with its cursor and the lines typed before; pure, knows no terminal.
//
//   line_editor line;
//   if (auto done = line.press(key)) post(*done);      enter gives the line and begins a new one
//   const auto shown = line.shown(columns);            what fits, and the column of the cursor in it
#pragma once

#include "chat-client/terminal/input_parser.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace chat_client::terminal {

class line_editor {
  public:
    static constexpr std::size_t history_lines_max = 200;
    static constexpr std::size_t line_bytes_max = 16 * 1024;

    // Keys that are not for a line are ignored.
    std::optional<std::string> press(const key& pressed);

    const std::string& text() const { return text_; }
    std::size_t cursor() const { return cursor_; }  // in bytes, between characters
    bool empty() const { return text_.empty(); }

    struct view {
        std::string text;
        std::size_t cursor_column = 0;
    };
    // The part around the cursor, at most `columns` wide, safe to show.
    view shown(std::size_t columns) const;

  private:
    void insert(const std::string& character);
    void erase_before_cursor(std::size_t from);
    std::size_t before(std::size_t at) const;
    std::size_t after(std::size_t at) const;
    std::size_t word_start() const;
    void recall(std::size_t place);
    std::string enter();

    std::string text_;
    std::size_t cursor_ = 0;
    std::vector<std::string> history_;
    std::size_t recalled_ = 0;  // history_.size(): the line that is new
    std::string new_line_;      // what was typed before an older line was recalled
};

}  // namespace chat_client::terminal
