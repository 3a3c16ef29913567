// A text being typed, of any number of lines, with its cursor, undo and the last killed piece; pure.
//
//   text_editor text;
//   if (!text.press(key)) …        not an editing key, or there is nothing above or below to go to
//   text.insert(pasted);
//   send(text.take());             leaves an empty one
//
// Keys are those of emacs and readline. The cursor stands between grapheme clusters.
#pragma once

#include "chat-client/terminal/input_parser.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::terminal {

class text_editor {
  public:
    static constexpr std::size_t undo_steps_max = 64;

    explicit text_editor(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    bool press(const key& pressed);
    // False, and nothing is changed, when it would become too long.
    bool insert(std::string_view text);
    // Puts `text` in the place of the bytes from `from` to the cursor.
    bool replace_before_cursor(std::size_t from, std::string_view text);
    void set(std::string text);
    std::string take();
    // What ctrl-y brings back.
    void keep(std::string text) { killed_ = std::move(text); }

    const std::string& text() const { return text_; }
    std::size_t cursor() const { return cursor_; }  // in bytes
    bool empty() const { return text_.empty(); }
    std::size_t bytes_max() const { return bytes_max_; }
    void set_bytes_max(std::size_t bytes) { bytes_max_ = bytes; }

  private:
    struct snapshot {
        std::string text;
        std::size_t cursor = 0;
    };

    bool put(std::string_view text);
    bool press_control(const key& pressed);
    bool press_alt(const key& pressed);
    bool move_to(std::size_t at);
    bool move_row(bool down);
    bool erase(std::size_t from, std::size_t to);
    bool kill(std::size_t from, std::size_t to);
    bool transpose();
    void remember(bool typing);
    bool undo();

    std::size_t before(std::size_t at) const;
    std::size_t after(std::size_t at) const;
    std::size_t line_start(std::size_t at) const;
    std::size_t line_end(std::size_t at) const;
    std::size_t word_left(bool blanks_only) const;
    std::size_t word_right() const;

    std::size_t bytes_max_;
    std::string text_;
    std::size_t cursor_ = 0;
    std::string killed_;
    std::vector<snapshot> undo_;
    bool typing_ = false;  // the last change was a typed character: one step with the next
};

}  // namespace chat_client::terminal
