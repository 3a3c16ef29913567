#include "chat-client/terminal/theme.hpp"

namespace chat_client::terminal {
namespace {

using nick_palette = std::array<std::uint8_t, theme::nick_colours>;

// Readable on their ground, far enough from each other, and no red: that is for errors.
constexpr nick_palette on_dark{75, 114, 179, 176, 80, 216, 147, 150, 117, 222, 182, 109, 144, 211};
constexpr nick_palette on_light{25, 28, 94, 90, 30, 130, 61, 58, 24, 136, 96, 23, 64, 125};

constexpr style ink(std::uint8_t code) {
    return {.ink = code};
}

constexpr style bold_ink(std::uint8_t code) {
    return {.ink = code, .bold = true};
}

constexpr style on(std::uint8_t ground, std::uint8_t code, bool bold = false) {
    return {.ink = code, .ground = ground, .bold = bold};
}

theme with_nicks(theme made, const nick_palette& colours) {
    for (std::size_t i = 0; i < colours.size(); ++i) made.nicks[i] = ink(colours[i]);
    return made;
}

theme dark_theme() {
    return with_nicks(
        {
            .quiet = ink(244),
            .line = ink(238),
            .bar = on(236, 250),
            .bar_strong = on(236, 255, true),
            .bar_quiet = on(236, 245),
            .bar_alert = on(236, 215, true),
            .own = bold_ink(255),
            .mention = on(53, 219, true),
            .mention_text = ink(219),
            .notice = ink(110),
            .error = ink(203),
            .fresh = ink(173),
            .hole = ink(137),
            .unread = ink(252),
            .called = bold_ink(213),
            .chosen = on(238, 255),
            .popup = on(235, 251),
            .popup_strong = on(235, 255, true),
            .popup_quiet = on(235, 245),
            .popup_chosen = on(24, 255),
            .match = on(58, 230),
        },
        on_dark);
}

theme light_theme() {
    return with_nicks(
        {
            .quiet = ink(242),
            .line = ink(250),
            .bar = on(253, 238),
            .bar_strong = on(253, 16, true),
            .bar_quiet = on(253, 242),
            .bar_alert = on(253, 124, true),
            .own = bold_ink(16),
            .mention = on(225, 90, true),
            .mention_text = ink(90),
            .notice = ink(25),
            .error = ink(124),
            .fresh = ink(130),
            .hole = ink(94),
            .unread = ink(236),
            .called = bold_ink(162),
            .chosen = on(252, 16),
            .popup = on(254, 237),
            .popup_strong = on(254, 16, true),
            .popup_quiet = on(254, 242),
            .popup_chosen = on(153, 16),
            .match = on(229, 16),
        },
        on_light);
}

theme plain_theme() {
    constexpr style strong{.bold = true};
    constexpr style faint{.dim = true};
    constexpr style inverse{.reversed = true};
    theme made{
        .quiet = faint,
        .line = faint,
        .bar = inverse,
        .bar_strong = {.bold = true, .reversed = true},
        .bar_quiet = inverse,
        .bar_alert = {.bold = true, .reversed = true},
        .own = strong,
        .mention = {.bold = true, .underlined = true},
        .mention_text = strong,
        .error = strong,
        .fresh = strong,
        .hole = faint,
        .called = strong,
        .chosen = inverse,
        .popup_strong = strong,
        .popup_quiet = faint,
        .popup_chosen = inverse,
        .match = {.underlined = true},
    };
    made.nicks.fill(strong);
    return made;
}

}  // namespace

std::optional<theme_name> find_theme(std::string_view name) {
    if (name == "dark") return theme_name::dark;
    if (name == "light") return theme_name::light;
    if (name == "plain" || name == "none") return theme_name::plain;
    return std::nullopt;
}

const theme& theme_of(theme_name name) {
    static const theme dark = dark_theme();
    static const theme light = light_theme();
    static const theme plain = plain_theme();
    switch (name) {
        case theme_name::light:
            return light;
        case theme_name::plain:
            return plain;
        case theme_name::dark:
        default:
            return dark;
    }
}

}  // namespace chat_client::terminal
