// What the full-screen view is made with.
#pragma once

#include "chat-client/terminal/theme.hpp"
#include "chat-client/view/model.hpp"

#include <cstdint>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace chat_client::view {

using time_zone = std::function<std::tm(std::int64_t ms_since_1970)>;

struct settings {
    time_zone zone;
    terminal::theme_name theme = terminal::theme_name::dark;
    std::vector<command_help> commands{};
    std::string link_base{};  // "chat://host/": in front of "room#N" when a message's address is copied
};

}  // namespace chat_client::view
