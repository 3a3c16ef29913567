// What rooms and people may be called, and when two names are the same.
//
//   const auto room = room_name("Lobby");      // "lobby"; nothing when the name is not allowed
//   const auto nick = nick_name("Ada");        // "Ada"; nick_key("Ada") == nick_key("ada")
//
// Names are shown on terminals, typed by hand and stand in links, so they hold letters and digits of any
// script, '-', '_' and '.', and begin with a letter or digit: no white space, no controls, nothing
// invisible, nothing that changes the direction of text, no free-standing combining marks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat_server::domain {

// The room's name as the server spells it: ASCII letters in lower case.
std::optional<std::string> room_name(std::string_view wished);

// The nick as it is shown; its case is the owner's choice.
std::optional<std::string> nick_name(std::string_view wished);

// Two nicks with the same key look alike, and belong to one owner.
std::string nick_key(std::string_view nick);

// The nick of somebody who has not chosen one: what can be kept of `hint`, or "guest"; with a number, when
// the first choice is taken.
std::string nick_from_hint(std::string_view hint, unsigned attempt);

}  // namespace chat_server::domain
