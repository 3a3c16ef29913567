// Names of emoji, as in ":+1:": what is typed becomes the character.
//
//   post(expand_emoji(":tada: done"));      at the beginning of words only: "10:30:15" stays
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chat_client::terminal {

struct emoji {
    std::string_view name;  // without colons
    std::string_view text;
};

std::span<const emoji> all_emoji();  // by name
std::span<const emoji> emoji_beginning(std::string_view prefix);
std::optional<std::string_view> find_emoji(std::string_view name);

std::string expand_emoji(std::string_view text);

}  // namespace chat_client::terminal
