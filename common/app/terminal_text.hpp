// Makes text that somebody else wrote safe to show: on a terminal, in a log, in a list of names.
//
//   out << sanitize(peer_nick, text_kind::name) << ": " << sanitize(peer_message, text_kind::text);
//
// The result is valid UTF-8 without control characters (but '\n' where kept), bidirectional overrides,
// invisible characters or more than four combining marks in a row. Whatever could act is written out, as in
// \x1b or \u202e. Sanitising twice changes nothing. Do it where the text is shown, for the server may be
// hostile too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace common::app {

enum class text_kind {
    name,  // one line; invisible characters are written out, because two names must not look alike
    line,  // one line; invisible characters are dropped, emoji sequences stay whole, '\n' is written out
    text,  // as line, and '\n' is kept
};

std::string sanitize(std::string_view untrusted, text_kind kind);

// A control character, line separator, bidirectional control or invisible character: never shown as it is.
bool acts_on_terminal(std::int32_t code_point);

// A grapheme cluster: what a person takes for one character.
struct cluster {
    std::size_t bytes = 0;    // never 0
    std::size_t columns = 0;  // 0: a mark without a base
};

// The one that begins at `at`, which must be less than text.size().
cluster read_cluster(std::string_view text, std::size_t at);

// Columns the text takes on a terminal: a grapheme cluster is as wide as its first visible code point.
std::size_t display_width(std::string_view text);

// The longest beginning of `text` that fits `columns`, cut between clusters; a cut one ends in "…".
std::string truncate_to_width(std::string_view text, std::size_t columns);

}  // namespace common::app
