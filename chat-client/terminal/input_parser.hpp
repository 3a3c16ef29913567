// Turns the bytes of a terminal into keys: text, control keys, escape sequences, the mouse, pasted text.
//
//   input_parser parser;
//   for (const key& pressed : parser.feed(bytes)) …
//   if (parser.waits()) …  50 ms later: parser.flush()      the escape key itself, if nothing has followed
//
// A sequence or a character that is cut at the end of `bytes` waits for the rest. Unknown sequences are
// dropped whole. What comes between the marks of a bracketed paste is one key. Pure. Sources: ECMA-48,
// xterm's control sequences (SGR mouse 1006, focus 1004, paste 2004).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::terminal {

enum class key_kind : std::uint8_t {
    text,  // one character
    enter,
    newline,  // ctrl-j
    tab,
    escape,
    backspace,
    remove,
    left,
    right,
    up,
    down,
    home,
    end,
    page_up,
    page_down,
    function,      // F1 … F12: `number`
    control,       // ctrl and the character of `text`, where it has no name of its own here
    redraw,        // ctrl-l
    interrupt,     // ctrl-c
    suspend,       // ctrl-z
    end_of_input,  // ctrl-d
    paste,         // `text`, its lines ended by '\n', without other control characters but tabs
    click,         // the left button went down, at column and row
    wheel_up,
    wheel_down,
    focus_in,
    focus_out,
};

struct key {
    key_kind kind = key_kind::text;
    std::string text{};  // UTF-8, of kind text, control and paste
    bool shift = false;
    bool alt = false;
    bool ctrl = false;
    std::uint16_t number = 0;
    std::uint16_t column = 0;  // from 0
    std::uint16_t row = 0;

    bool operator==(const key&) const = default;
};

class input_parser {
  public:
    // A longer unfinished sequence is no sequence.
    static constexpr std::size_t sequence_bytes_max = 32;
    // What is pasted beyond is dropped.
    static constexpr std::size_t paste_bytes_max = 256 * 1024;

    std::vector<key> feed(std::string_view bytes);
    // An escape has come that may be a key or the beginning of a sequence.
    bool waits() const { return unfinished_ == "\x1b" || unfinished_ == "\x1b\x1b"; }
    std::vector<key> flush();

  private:
    // How many bytes of `rest` were used; 0: more are needed.
    std::size_t take(std::string_view rest, std::vector<key>& keys);
    std::size_t take_escape(std::string_view rest, std::vector<key>& keys);
    std::size_t take_sequence(std::string_view rest, std::vector<key>& keys);
    std::size_t take_paste(std::string_view rest, std::vector<key>& keys);

    std::string unfinished_;
    std::optional<std::string> paste_;  // what came of the one that has not ended
};

}  // namespace chat_client::terminal
