// The full-screen view as a pure machine: keys and news in, a grid of cells and actions out.
//
//   application view({.commands = …, .zone = local_time});
//   view.resize({80, 24});
//   view.set_rooms(rooms);  view.set_link(link);  view.open("lobby");
//   view.press(key);                       keys, mouse and pasted text, as input_parser gives them
//   view.put(page);                        answers and news of a log
//   for (action& each : view.actions()) …  after each of these; they are given once
//   screen = view.draw();                  whenever there is time: the picture of the present state
//
// No clock, no disk, no terminal; one thread. Memory: a window of each of the rooms looked at last, lines
// typed, a bounded number of notices (limits.hpp).
#pragma once

#include "chat-client/terminal/grid.hpp"
#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/terminal/theme.hpp"
#include "chat-client/view/actions.hpp"
#include "chat-client/view/model.hpp"
#include "chat-client/view/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::view {

class application {
  public:
    explicit application(settings with);
    ~application();
    application(const application&) = delete;
    application& operator=(const application&) = delete;

    // --- the person
    void press(const terminal::key& pressed);
    void resize(terminal::extent size);
    // The terminal has lost the focus or got it; what nobody looks at is not read. Unknown: it has it.
    void set_watched(bool watched);

    // --- the model
    void set_link(link_state now);
    // All of them, in the order of the list; the numbers of alt-1 … follow it. A room that is not among them
    // any more is closed.
    void set_rooms(std::vector<room> rooms);
    void set_room(room what);  // one that is among them, or a new one at the end
    void set_members(std::string_view room, std::vector<member> members);
    void set_typing(std::string_view room, std::vector<std::string> nicks);
    // Own messages that have no number yet, in order of posting; they stand behind everything else.
    void set_pending(std::string_view room, std::vector<item> items);
    void put(page answer_or_news);
    // The log of this room is another one than before: everything held of it is dropped and asked for again.
    void forget(std::string_view room);
    void set_draft(std::string_view room, std::string text);
    void set_history(std::vector<std::string> lines);  // oldest first
    // Rooms of the server that are not in the list, for completion.
    void set_known_rooms(std::vector<std::string> names);

    // --- what commands do
    void open(std::string_view room);
    void go_to(std::string_view room, std::uint64_t n);  // shows message n, marked
    // A local line in a room's log, not kept; an empty room: in the focused one. '\n' separates its lines.
    void notice(std::string_view room, std::string text);
    void trouble(std::string_view room, std::string text);  // the same, as an error
    // One line above the input until the next key.
    void hint(std::string text);
    void show(list rows);  // in front of everything; an id that is shown is updated
    void show_help(std::string_view command = {});
    void ask(std::uint64_t id, std::string question);  // answered with picked{id, 0} for yes, {id, 1} for no
    void split(std::string_view room);                 // a second room below; an empty one ends it
    void set_theme(terminal::theme_name name);
    void set_input(std::string text);   // replaces what is being typed, as /edit does
    void clear(std::string_view room);  // scrolls everything away; nothing is lost

    // --- out
    std::vector<action> actions();
    void flush_drafts();  // those that changed, as actions
    const std::string& focused_room() const;
    std::vector<std::string> history() const;  // of typed lines, oldest first
    bool wants_mouse() const;                  // changed with alt-m
    // Valid until the next call. The rest of the screen is as before if nothing changed.
    const terminal::grid& draw();

  private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace chat_client::view
