// The looks of the full-screen view by their use, for dark and light terminals and without any colour.
#pragma once

#include "chat-client/terminal/grid.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chat_client::terminal {

enum class theme_name : std::uint8_t { dark, light, plain };

std::optional<theme_name> find_theme(std::string_view name);

struct theme {
    static constexpr std::size_t nick_colours = 14;

    style normal{};
    style quiet{};  // times, numbers, marks, separators
    style line{};   // between panels
    style bar{};    // topic and status
    style bar_strong{};
    style bar_quiet{};
    style bar_alert{};  // on the bar: something is not as it should be
    style own{};        // one's own nick
    style mention{};    // a nick in front of a message that mentions this person
    style mention_text{};
    style notice{};
    style error{};
    style fresh{};  // the "new messages" line
    style hole{};
    style unread{};  // in the list of rooms
    style called{};  // there: mentions
    style chosen{};  // the room, the row or the message that is chosen
    style popup{};
    style popup_strong{};
    style popup_quiet{};
    style popup_chosen{};
    style match{};  // what a search found
    std::array<style, nick_colours> nicks{};

    const style& nick(std::uint32_t colour_key) const { return nicks[colour_key % nick_colours]; }
};

const theme& theme_of(theme_name name);

}  // namespace chat_client::terminal
