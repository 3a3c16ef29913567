// A picture of the terminal as values: cells of one grapheme cluster each, and where the cursor stands.
#pragma once

#include <cstddef>

namespace chat_client::terminal {

struct extent {
    std::size_t columns = 80;
    std::size_t rows = 24;

    bool operator==(const extent&) const = default;
};

class grid;

}  // namespace chat_client::terminal
