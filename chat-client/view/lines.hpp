// Lays the entries of a room's log out as lines of a given width.
//
//   line_maker make({.looks = theme, .zone = zone, .columns = 60, .last_n = 48'213});
//   for (const line& each : make.of(entry, previous, {.fresh = true})) draw(each);
//
//   21:07  213        ada │ text, broken at blanks and      wide
//                         │ continued under itself
//   21:07      ada │ text                                   middle
//   ada│text                                                narrow
//   ada: text                                               bare, for copying: no marks, no columns
#pragma once

#include "chat-client/terminal/theme.hpp"
#include "chat-client/view/settings.hpp"
#include "chat-client/view/timeline.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chat_client::view {

struct span {
    std::string text;
    terminal::style look{};
};

struct line {
    std::vector<span> spans;
    std::size_t columns = 0;  // of the spans together

    void add(std::string text, const terminal::style& look);
};

struct line_setting {
    const terminal::theme& looks;
    const time_zone& zone;
    std::size_t columns = 80;
    std::uint64_t last_n = 0;  // decides how wide the numbers are
    bool bare = false;
};

class line_maker {
  public:
    explicit line_maker(const line_setting& with);

    // `previous` stands in front, null: not known. `fresh`: the "new messages" line comes first.
    std::vector<line> of(const entry& shown, const entry* previous, bool fresh) const;

  private:
    line rule(const std::string& text, const terminal::style& look) const;
    line head(const entry& shown, const std::string& nick, const terminal::style& nick_look) const;
    line continuation() const;
    void add_body(std::vector<line>& lines, line first, const std::string& text,
                  const terminal::style& look) const;
    void add_message(std::vector<line>& lines, const entry& shown) const;
    void add_bare(std::vector<line>& lines, const item& what) const;
    void add_quote(std::vector<line>& lines, const quote& of) const;
    void add_marks(std::vector<line>& lines, const entry& shown) const;
    void add_reactions(std::vector<line>& lines, const item& what) const;
    void add_event(std::vector<line>& lines, const entry& shown) const;
    std::string missing(const item& what) const;
    std::size_t text_columns() const { return with_.columns - prefix_; }
    terminal::style nick_look(const entry& shown) const;

    const line_setting with_;
    std::size_t time_ = 0;  // columns of each part; 0: left out
    std::size_t number_ = 0;
    std::size_t nick_ = 0;
    std::size_t prefix_ = 0;  // of all of them, with what separates them
};

// 48213 as "48,213".
std::string grouped(std::uint64_t number);
// "1 message", "2 messages"
std::string counted(std::uint64_t number, const std::string& thing);

}  // namespace chat_client::view
