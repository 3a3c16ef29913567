// Turns pictures into the bytes that change a terminal from one into the next, as xterm understands them.
//
//   renderer out;
//   write(out.update(picture));     empty: nothing has changed
//   out.reset();                    what the terminal shows is not known: the next picture is drawn whole
//
//   old ┐
//       ├─▶ cells that differ ─▶ cursor move, look (SGR), cluster ─▶ one synchronised update (mode 2026)
//   new ┘
//
// Terminals disagree about the width of some clusters; so the cursor is placed anew behind each that is not
// ASCII, and one of several code points is drawn over blanks with its neighbour behind it drawn again. Pure.
#pragma once

#include "chat-client/terminal/grid.hpp"

#include <optional>
#include <string>

namespace chat_client::terminal {

class renderer {
  public:
    std::string update(const grid& next);
    void reset() { shown_ = grid{}; }

  private:
    void draw_row(const grid& next, std::size_t row);
    void draw_cell(const grid& next, place where);
    void erase_rest(place from);
    void move_to(place where);
    void look_like(const style& wanted);

    grid shown_;
    std::string bytes_;
    std::optional<place> cursor_;  // where the terminal's stands, if that is sure
    std::optional<style> look_;
};

}  // namespace chat_client::terminal
