// Turns the bytes of a terminal into keys: text, control keys and the escape sequences of cursor keys.
//
//   input_parser parser;
//   for (const key& pressed : parser.feed(bytes)) …
//
// A sequence or a character that is cut at the end of `bytes` waits for the rest. Unknown sequences are
// dropped whole. Pasted text (bracketed paste) comes as text, its line ends as `enter`. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::terminal {

enum class key_kind : std::uint8_t {
    text,  // one character
    enter,
    backspace,
    remove,
    left,
    right,
    up,
    down,
    home,
    end,
    kill_line,     // ctrl-u
    kill_word,     // ctrl-w
    redraw,        // ctrl-l
    interrupt,     // ctrl-c
    suspend,       // ctrl-z
    end_of_input,  // ctrl-d
};

struct key {
    key_kind kind = key_kind::text;
    std::string text{};  // UTF-8, of kind text

    bool operator==(const key&) const = default;
};

class input_parser {
  public:
    // A longer unfinished sequence is no sequence.
    static constexpr std::size_t sequence_bytes_max = 32;

    std::vector<key> feed(std::string_view bytes);

  private:
    // How many bytes of `rest` were used; 0: more are needed.
    std::size_t take(std::string_view rest, std::vector<key>& keys);
    static std::size_t take_escape(std::string_view rest, std::vector<key>& keys);

    std::string unfinished_;
};

}  // namespace chat_client::terminal
