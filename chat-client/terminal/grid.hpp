// A picture of the terminal as values: cells of one grapheme cluster each, and where the cursor stands.
//
//   grid picture({80, 24});
//   std::size_t used = picture.put({0, 3}, 40, peer_text, style);   cut at 40 columns
//   picture.fill({.row = 23, .columns = 80, .rows = 1}, bar);
//   picture.place_cursor({used, 3});
//
// Whatever is put is cleaned here (app::sanitize), so no cell holds anything that acts on a terminal. A wide
// cluster takes its cell and an empty one behind it; what it half covers becomes blank. Outside is ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::terminal {

struct extent {
    std::size_t columns = 80;
    std::size_t rows = 24;

    bool operator==(const extent&) const = default;
};

struct place {
    std::size_t column = 0;
    std::size_t row = 0;

    bool operator==(const place&) const = default;
};

struct area {
    std::size_t column = 0;
    std::size_t row = 0;
    std::size_t columns = 0;
    std::size_t rows = 0;

    bool holds(place at) const {
        return at.column >= column && at.column < column + columns && at.row >= row && at.row < row + rows;
    }
    bool operator==(const area&) const = default;
};

// Of the 256 colours of xterm; without value the terminal's own.
using colour = std::optional<std::uint8_t>;

struct style {
    colour ink{};
    colour ground{};
    bool bold = false;
    bool dim = false;
    bool italic = false;
    bool underlined = false;
    bool reversed = false;
    bool struck = false;

    bool operator==(const style&) const = default;
};

struct cell {
    std::string cluster = " ";  // empty: the second half of the wide one in front
    style look{};

    bool operator==(const cell&) const = default;
};

class grid {
  public:
    // A longer cluster is shown as U+FFFD.
    static constexpr std::size_t cluster_bytes_max = 64;

    grid() = default;
    explicit grid(extent size) : size_(size), cells_(size.columns * size.rows) {}

    extent size() const { return size_; }
    const cell& at(place where) const { return cells_[where.row * size_.columns + where.column]; }
    std::string row_text(std::size_t row) const;  // without blanks at its end

    // As many columns as were used, at most `columns`; '\n' and what follows is left out.
    std::size_t put(place where, std::size_t columns, std::string_view text, const style& look);
    void fill(const area& where, const style& look);
    // Changes the look of what is there.
    void tint(const area& where, const style& look);

    void place_cursor(std::optional<place> where) { cursor_ = where; }
    const std::optional<place>& cursor() const { return cursor_; }

    bool operator==(const grid&) const = default;

  private:
    cell& cell_at(std::size_t column, std::size_t row) { return cells_[row * size_.columns + column]; }
    void split_wide(std::size_t column, std::size_t row);
    void set(place where, std::string_view cluster, std::size_t columns, const style& look);

    extent size_{0, 0};
    std::vector<cell> cells_;
    std::optional<place> cursor_;  // none: hidden
};

}  // namespace chat_client::terminal
