// What a person writes to search, and how a person is described.
#include "chat-client/controller/items.hpp"
#include "chat-client/controller/slash.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace chat_client::controller {

namespace {

// "2026-01-31" as the beginning of that day, UTC.
std::optional<std::int64_t> day_ms(std::string_view text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    const auto number = [&](std::size_t at, std::size_t count, auto& to) {
        const auto part = text.substr(std::min(at, text.size()), count);
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), to);
        return error == std::errc{} && end == part.data() + part.size() && part.size() == count;
    };
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !number(0, 4, year) ||
        !number(5, 2, month) || !number(8, 2, day)) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::sys_days{date}.time_since_epoch())
        .count();
}

}  // namespace

parsed_search parse_search(std::string_view text, const std::string& room) {
    parsed_search made{.wish = {.query = {}, .room = room}};
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        const std::string_view word = text.substr(0, std::min(text.find(' '), text.size()));
        const std::size_t colon = word.find(':');
        const std::string_view key = word.substr(0, std::min(colon, word.size()));
        const bool known = key == "in" || key == "from" || key == "since" || key == "until";
        if (colon == std::string_view::npos || !known) break;
        const std::string_view value = word.substr(colon + 1);
        if (key == "in") made.wish.room = value == "all" || value == "*" ? "" : value;
        if (key == "from") made.wish.author = value;
        if (key == "since" || key == "until") {
            const auto day = day_ms(value);
            if (!day) made.wrong = std::string{word} + " is no day; write 2026-01-31";
            constexpr std::int64_t day_length_ms = 86'400'000;
            if (key == "since") made.wish.since_ms = day;
            if (key == "until" && day) made.wish.until_ms = *day + day_length_ms;
        }
        text.remove_prefix(word.size());
    }
    made.wish.query = text;
    if (text.empty() && made.wish.author.empty() && !made.wish.since_ms && !made.wish.until_ms &&
        made.wrong.empty())
        made.wrong = "what is to be found?";
    return made;
}

std::string person_text(const domain::person& person,
                        const std::function<std::string(std::int64_t)>& time_of) {
    using namespace protocol::chat::member_flags;
    std::string text = person.nick + "  key " + key_text(person.author);
    if ((person.flags & admin) != 0) text += "  administrator";
    text += person.connections == 0 ? "\n  not here; last seen " + time_of(person.last_seen_ms)
                                    : "\n  here with " + std::to_string(person.connections) + " connection" +
                                          (person.connections == 1 ? "" : "s");
    if ((person.flags & away) != 0) text += "\n  away" + (person.away.empty() ? "" : ": " + person.away);
    if (person.first_seen_ms != 0) text += "\n  first seen " + time_of(person.first_seen_ms);
    if (!person.rooms.empty()) {
        text += "\n  in";
        for (const std::string& room : person.rooms) text += " " + room;
    }
    return text;
}

}  // namespace chat_client::controller
