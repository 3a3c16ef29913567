// Everything the view knows between two keys. The functions beside it act on it: navigation, compose, keys,
// picture.
#pragma once

#include "chat-client/terminal/grid.hpp"
#include "chat-client/terminal/history.hpp"
#include "chat-client/terminal/text_editor.hpp"
#include "chat-client/view/actions.hpp"
#include "chat-client/view/completion.hpp"
#include "chat-client/view/limits.hpp"
#include "chat-client/view/model.hpp"
#include "chat-client/view/pane.hpp"
#include "chat-client/view/settings.hpp"
#include "chat-client/view/timeline.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::view {

struct room_view {
    room what;
    timeline log{};
    std::vector<member> members{};
    std::vector<std::string> typing{};
    std::optional<std::uint64_t> marker{};  // the "new messages" line stands behind this record
    bool to_marker = false;                 // goes there as soon as it is here
    std::uint64_t told_read = 0;
    std::string draft{};
    std::string told_draft{};
    std::uint64_t last_used = 0;
    std::vector<std::uint64_t> holes_told{};  // of those on the screen
};

struct open_list {
    list what{};
    std::size_t chosen = 0;
    std::size_t top = 0;
    bool is_help = false;
};

struct question {
    std::uint64_t id = 0;
    std::string text;
};

// Text that was pasted and waits for an answer.
struct pasted_text {
    std::string text;
    std::size_t lines = 0;
};

// A completion that is being tried: tab takes the next candidate.
struct cycle {
    completion offered;
    std::size_t chosen = 0;
    std::size_t from = 0;  // where the candidate stands
};

// Where things were drawn last, for the mouse.
struct drawn_pane {
    std::size_t index = 0;
    terminal::area lines{};
    std::vector<position> rows{};  // of the lines from the bottom of the area upwards
};

struct drawn_areas {
    terminal::area rooms{};
    terminal::area members{};
    std::size_t first_room = 0;
    terminal::area list{};
    std::vector<drawn_pane> panes{};
};

enum class panel_wish : std::uint8_t { by_width, shown, hidden };

struct state {
    explicit state(settings chosen_settings);

    settings with;
    terminal::extent size{};
    link_state connection{};
    std::vector<room_view> rooms{};
    std::vector<std::string> known_rooms{};
    std::vector<pane> panes{pane{}};
    std::size_t focus = 0;  // among the panes
    std::string previous_room{};

    terminal::text_editor editor{limits::text_bytes_max};
    terminal::history history{};
    std::optional<cycle> completing{};
    std::optional<pasted_text> pasted{};
    std::optional<question> asked{};
    std::optional<open_list> showing{};
    std::string hint{};

    panel_wish rooms_panel = panel_wish::by_width;
    panel_wish members_panel = panel_wish::by_width;
    std::size_t members_top = 0;
    bool bare = false;
    bool mouse = true;
    bool watched = true;
    bool leaving = false;               // ctrl-c was pressed
    std::optional<std::string> jump{};  // alt-j was pressed, and these digits

    std::vector<action> wishes{};
    std::uint64_t last_request = 0;
    std::uint64_t clock = 0;  // counts visits, for the room looked at longest ago
    drawn_areas drawn{};

    const terminal::theme& looks() const { return terminal::theme_of(with.theme); }
    pane& focused() { return panes[focus]; }
    const pane& focused() const { return panes[focus]; }
    room_view* find(std::string_view key);
    const room_view* find(std::string_view key) const;
    room_view* focused_room() { return find(focused().room()); }
    const room_view* focused_room() const { return find(focused().room()); }

    // For measuring and scrolling: as the pane was drawn last.
    line_maker maker(const room_view& of, std::size_t columns) const;
    scene scene_of(const pane& shown, const room_view& of, const line_maker& make) const;

    void wish(action what) { wishes.push_back(std::move(what)); }
    void ask_for(room_view& of, fetch_from from, std::uint64_t at);
};

}  // namespace chat_client::view
