// A view into one room's log: where it is scrolled to, which message is chosen, and the lines to show.
//
//   pane shown;  shown.look_at("lobby");
//   const pane_picture lines = shown.layout({log, make, 20, marker});      bottom-aligned
//   shown.scroll({…}, -10);      ten lines up;  shown.to_newest();  shown.go_to(213);
//
// While it follows, the newest line is the last one; scrolled back, the first line stays where it is.
#pragma once

#include "chat-client/view/lines.hpp"
#include "chat-client/view/timeline.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chat_client::view {

struct pane_line {
    position at{};
    line what{};
};

struct pane_picture {
    std::vector<pane_line> lines;
    bool reaches_begin = false;  // of what is held
    bool reaches_end = false;
};

struct scene {
    const timeline& log;
    const line_maker& make;
    std::size_t rows = 0;
    std::optional<std::uint64_t> marker{};  // the "new messages" line stands behind this record
};

class pane {
  public:
    const std::string& room() const { return room_; }
    void look_at(std::string room);

    pane_picture layout(const scene& of);
    void scroll(const scene& of, std::ptrdiff_t lines);
    void to_oldest();
    void to_newest();
    // As soon as the message, or the hole it is in, is there.
    void go_to(std::uint64_t n);
    std::optional<std::uint64_t> wanted() const { return wanted_; }
    void show_from(const position& top);

    bool follows() const { return follows_; }
    // Of the last layout.
    const position& top() const { return top_; }

    // --- the chosen message
    const std::optional<position>& chosen() const { return chosen_; }
    const std::optional<position>& mark() const { return mark_; }
    void choose(std::optional<position> at) { chosen_ = at; }
    void set_mark(std::optional<position> at) { mark_ = at; }
    void choose_next(const timeline& log, bool up);
    bool is_chosen(const position& at) const;
    // The one that go_to() found.
    const std::optional<position>& target() const { return target_; }

  private:
    using iterator = timeline::iterator;

    std::vector<line> lines_of(const scene& of, iterator at) const;
    pane_picture from_top(const scene& of);
    pane_picture to_end(const scene& of);
    void reach_wanted(const scene& of);
    void keep_chosen(const scene& of, const pane_picture& shown);

    std::string room_;
    bool follows_ = true;
    bool at_oldest_ = false;  // the first line is the oldest that is here, whatever comes
    position top_{};
    std::size_t skip_ = 0;  // lines of the top entry that are above the first row
    std::optional<std::uint64_t> wanted_;
    std::optional<position> target_;
    std::optional<position> chosen_;
    std::optional<position> mark_;
};

}  // namespace chat_client::view
