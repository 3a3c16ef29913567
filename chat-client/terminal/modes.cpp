#include "chat-client/terminal/modes.hpp"

#include "chat-client/terminal/columns.hpp"

#include <algorithm>
#include <cstdint>

namespace chat_client::terminal {
namespace {

constexpr std::size_t note_columns_max = 120;
constexpr std::string_view string_terminator = "\x1b\\";

// OSC 777 separates its fields by ';'.
std::string field(std::string_view text) {
    std::string clean = cut(clean_name(text), note_columns_max);
    std::ranges::replace(clean, ';', ',');
    return clean;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= count ? digits[group >> (18 - 6 * i) & 0x3f] : '=';
        }
    }
    return text;
}

}  // namespace

std::string desktop_note(std::string_view title, std::string_view text) {
    const std::string heading = field(title);
    const std::string body = field(text);
    return "\x1b]777;notify;" + heading + ';' + body + std::string{string_terminator} + "\x1b]9;" + heading +
           ": " + body + std::string{string_terminator};
}

std::string clipboard_write(std::string_view text) {
    return "\x1b]52;c;" + base64(text) + std::string{string_terminator};
}

}  // namespace chat_client::terminal
