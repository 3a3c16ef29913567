// The colours of the full-screen view by their use, for dark and light terminals and without any colour.
#pragma once

#include "chat-client/terminal/grid.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace chat_client::terminal {

enum class theme_name : std::uint8_t { dark, light, plain };

std::optional<theme_name> find_theme(std::string_view name);

}  // namespace chat_client::terminal
