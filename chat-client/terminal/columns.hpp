// Text that somebody else wrote, made safe and measured in columns, for layouts.
//
//   for (const std::string& line : wrapped(message, 40, lines_max)) …      at most 40 columns each
//   padded_left(clean_name(nick), 10)                                      exactly 10 columns
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::terminal {

std::string clean_name(std::string_view untrusted);
std::string clean_line(std::string_view untrusted);

std::size_t columns_of(std::string_view clean);
// Cut ones end in "…".
std::string cut(std::string_view clean, std::size_t columns);
std::string padded_left(std::string_view clean, std::size_t columns);
std::string padded_right(std::string_view clean, std::size_t columns);

// Clean lines, broken at blanks where there are any; never empty. What is beyond `lines_max` is left out, and
// `left_out` says how many lines that were.
struct wrapped_text {
    std::vector<std::string> lines;
    std::size_t left_out = 0;
};
wrapped_text wrapped(std::string_view untrusted, std::size_t columns, std::size_t lines_max);

// The same for a text that is being typed: broken at any cluster, with the place of byte `cursor` in it.
struct typed_text {
    std::vector<std::string> lines;
    std::size_t cursor_line = 0;
    std::size_t cursor_column = 0;
};
typed_text laid_out(std::string_view typed, std::size_t cursor, std::size_t columns);

}  // namespace chat_client::terminal
