// The table of slash commands. For the sources of this folder only.
#pragma once

#include "chat-client/controller/slash.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::controller {

// What a handler returns instead of a line of its own.
inline constexpr std::string_view usage_error = "?";

struct slash_entry {
    std::string_view name;
    std::string_view alias;
    std::string_view usage;
    std::string_view summary;
    std::vector<view::argument> arguments;
    std::vector<std::string> choices;
    std::size_t words_min = 0;
    std::size_t words_max = 0;
    bool in_room = false;
    // What is wrong, or nothing.
    std::string (*run)(slash_host& host, const slash_call& call) = nullptr;
};

std::span<const slash_entry> slash_table();

}  // namespace chat_client::controller
