// Reads UTF-8 one code point at a time; anything ill-formed is one invalid byte.
//
//   for (std::size_t at = 0; at < text.size();) {
//       const code_point next = read_code_point(text, at);
//       at += next.bytes;
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace common::app {

struct code_point {
    std::int32_t value = 0;  // the Unicode scalar value, or the byte when not valid
    std::size_t bytes = 1;   // how far to go on; never 0
    bool valid = false;      // false: overlong, surrogate, cut or stray byte
};

// `at` must be less than text.size().
code_point read_code_point(std::string_view text, std::size_t at);

}  // namespace common::app
