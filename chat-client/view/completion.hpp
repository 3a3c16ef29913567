// What tab offers for the word in front of the cursor: commands, rooms, nicks, emoji, choices.
//
//   const completion found = complete(typed, cursor, {commands, rooms, nicks});
//   editor.replace_before_cursor(found.from, found.candidates[0].text);
#pragma once

#include "chat-client/view/model.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::view {

struct candidate {
    std::string text;  // takes the word's place
    std::string shown{};
    std::string help{};
};

struct completion {
    std::size_t from = 0;  // where the word begins, in bytes
    std::vector<candidate> candidates{};
};

struct completion_sources {
    const std::vector<command_help>& commands;  // by name
    std::vector<std::string> rooms{};
    std::vector<std::string> nicks{};  // the most likely first
};

completion complete(std::string_view typed, std::size_t cursor, const completion_sources& from);

// "/react", "/react 213": the command that is being typed, if its name is whole and ends in front of a blank.
const command_help* command_of(std::string_view typed, const std::vector<command_help>& commands);
// A line that is an order, not text.
bool is_command(std::string_view typed);

}  // namespace chat_client::view
