// What the full-screen view asks for. Whoever owns the view takes it after each input (application::actions).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace chat_client::view {

// Text to post, not empty, emoji names already replaced; '\n' separates its lines. A "//" in front has become
// "/".
struct post {
    std::string room;
    std::string text;

    bool operator==(const post&) const = default;
};

// A line that begins with one slash, as typed. The answer is a call of the application (notice, show, go_to).
struct command {
    std::string room;  // the focused one; may be empty
    std::string line;

    bool operator==(const command&) const = default;
};

enum class fetch_from : std::uint8_t {
    newest,      // the last `count` items
    before_seq,  // the `count` items in front of record `at`
    after_seq,   // the `count` items behind record `at`
    around_seq,  // half of them on each side
    around_n,    // the same for message number `at`
};

// Answered by one page with this request number, at once or later; a later request for the same room and
// place makes an earlier one pointless. What has to come from the server first is answered with holes and
// filled later.
struct fetch {
    std::uint64_t request = 0;
    std::string room;
    fetch_from from = fetch_from::newest;
    std::uint64_t at = 0;
    std::uint32_t count = 0;

    bool operator==(const fetch&) const = default;
};

// These records are missing on the screen: fill them in first.
struct fill_hole {
    std::string room;
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;

    bool operator==(const fill_hole&) const = default;
};

// Everything up to here was on the screen of a focused terminal.
struct read_up_to {
    std::string room;
    std::uint64_t seq = 0;

    bool operator==(const read_up_to&) const = default;
};

// The room is looked at from now on: its members are wanted.
struct opened {
    std::string room;

    bool operator==(const opened&) const = default;
};

// The unsent text of a room, to be kept for the next start; told when the room is left, the view ends or the
// text has changed and the person pauses (application::flush_drafts).
struct draft {
    std::string room;
    std::string text;

    bool operator==(const draft&) const = default;
};

// A character was typed into a message; the receiver limits how often it tells others.
struct typing {
    std::string room;

    bool operator==(const typing&) const = default;
};

// A row of a list was chosen.
struct picked {
    std::uint64_t list = 0;
    std::size_t row = 0;

    bool operator==(const picked&) const = default;
};

// Text was copied in copy mode; the view keeps it for ctrl-y. To pass it to the terminal's clipboard is the
// receiver's decision.
struct copied {
    std::string text;

    bool operator==(const copied&) const = default;
};

struct quit {
    bool operator==(const quit&) const = default;
};

using action =
    std::variant<post, command, fetch, fill_hole, read_up_to, opened, draft, typing, picked, copied, quit>;

}  // namespace chat_client::view
