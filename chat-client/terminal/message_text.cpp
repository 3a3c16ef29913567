#include "chat-client/terminal/message_text.hpp"

#include "common/app/terminal_text.hpp"

#include <array>

namespace chat_client::terminal {
namespace {

using common::app::sanitize;
using common::app::text_kind;
using domain::record_kind;

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view plain = "\x1b[0m";
constexpr std::string_view bar = "│ ";

std::string formatted(const char* format, const std::tm& when) {
    std::array<char, 64> text{};
    const std::size_t bytes = std::strftime(text.data(), text.size(), format, &when);
    return {text.data(), bytes};
}

std::string ordinal(const domain::record& record) {
    return "#" + std::to_string(record.n);
}

}  // namespace

std::string message_text::styled(std::string_view code, std::string_view text) const {
    if (!style_.decorated) return std::string{text};
    return std::string{code}.append(text).append(plain);
}

std::string message_text::in_room(std::string_view room) const {
    return style_.several_rooms ? "[" + sanitize(room, text_kind::name) + "] " : "";
}

std::string message_text::day_line(const domain::record& record, const std::tm& when) {
    const int day = when.tm_year * 1000 + when.tm_yday;
    const auto [last, first] = last_day_.try_emplace(record.room, 0);
    if (last->second == day) return {};
    last->second = day;
    const std::string text = "── " + formatted("%A, %e %B %Y", when) + " ──";
    return in_room(record.room) + styled(dim, text) + "\n";
}

std::string message_text::head(const domain::record& record, const std::tm& when) const {
    std::string address = formatted("%H:%M", when);
    if (record.kind == record_kind::message) address += " " + ordinal(record);
    return in_room(record.room) + styled(dim, address) + " ";
}

std::string message_text::of(const domain::record& record) {
    const std::tm when = zone_(record.stored_at_ms);
    const std::string nick = sanitize(record.nick, text_kind::name);
    const std::string target = record.target_n ? "#" + std::to_string(*record.target_n) : "";
    const std::string begin = day_line(record, when) + head(record, when);
    switch (record.kind) {
        case record_kind::message:
            break;
        case record_kind::edit:
            return begin + nick + " changed " + target + ": " + sanitize(record.text, text_kind::line) + "\n";
        case record_kind::deletion:
            return begin + nick + " deleted " + target + "\n";
        case record_kind::reaction:
            return begin + nick + " reacted to " + target + ": " + sanitize(record.text, text_kind::line) +
                   "\n";
        case record_kind::topic:
            return begin + nick + " set the topic: " + sanitize(record.text, text_kind::line) + "\n";
        case record_kind::moderation:
        default:
            return {};
    }
    std::string text = sanitize(record.text, text_kind::text);
    while (text.ends_with('\n')) text.pop_back();
    const std::string reply = target.empty() ? "" : "(" + target + ") ";
    std::string lines = begin + styled(bold, nick) + std::string{bar} + reply;
    for (const char c : text) {
        lines += c;
        if (c == '\n') lines += "    " + std::string{bar};
    }
    return lines + "\n";
}

std::string message_text::of(const domain::gap& gap) const {
    const std::string what =
        gap.from_n > gap.to_n
            ? "records " + std::to_string(gap.from_seq) + " to " + std::to_string(gap.to_seq)
            : "messages #" + std::to_string(gap.from_n) + " to #" + std::to_string(gap.to_n);
    return in_room(gap.room) + styled(dim, "── " + what + " are not kept any more ──") + "\n";
}

}  // namespace chat_client::terminal
