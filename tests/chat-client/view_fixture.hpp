// A person in front of the full-screen view, and a log that answers it at once.
#pragma once

#include "chat-client/terminal/input_parser.hpp"
#include "chat-client/view/application.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

namespace view = chat_client::view;
namespace terminal = chat_client::terminal;

inline std::tm utc(std::int64_t ms) {
    const std::time_t seconds = ms / 1000;
    std::tm when{};
    ::gmtime_r(&seconds, &when);
    return when;
}

inline std::vector<view::command_help> some_commands() {
    using view::argument;
    return {{"goto", "N", "shows message N", {argument::message}, {}},
            {"join", "ROOM", "enters a room", {argument::room}, {}},
            {"react", "N :emoji:", "reacts to message N", {argument::message, argument::emoji}, {}},
            {"reply", "N TEXT", "answers message N", {argument::message, argument::text}, {}},
            {"theme", "NAME", "changes the colours", {argument::choice}, {"dark", "light", "plain"}},
            {"whois", "NICK", "tells who that is", {argument::nick}, {}}};
}

class person {
  public:
    explicit person(terminal::extent size, terminal::theme_name theme = terminal::theme_name::plain)
        : view({.zone = utc, .theme = theme, .commands = some_commands(), .link_base = "chat://host/"}) {
        view.resize(size);
        view.set_link({.phase = view::link_phase::online, .server = "host", .nick = "max", .latency_ms = 7});
    }

    // 14 November 2023, 22:13 and one minute more with each.
    view::item& say(const std::string& room, const std::string& nick, const std::string& text) {
        auto& log = logs[room];
        const auto n = static_cast<std::uint64_t>(log.size()) + 1;
        log.push_back({.seq = n,
                       .n = n,
                       .at_ms = 1'700'000'000'000 + static_cast<std::int64_t>(n) * 60'000,
                       .nick = nick,
                       .colour_key = static_cast<std::uint32_t>(nick.size()),
                       .text = text});
        return log.back();
    }
    // As news.
    void hear(const std::string& room, const std::string& nick, const std::string& text) {
        const view::item& said = say(room, nick, text);
        view.put({.room = room, .from_seq = said.seq, .to_seq = said.seq, .items = {said}});
    }
    void enter(const std::vector<view::room>& rooms) {
        view.set_rooms(rooms);
        look();
    }

    void type(std::string_view bytes) {
        for (const terminal::key& pressed : parser.feed(bytes)) view.press(pressed);
        for (const terminal::key& pressed : parser.flush()) view.press(pressed);
        look();
    }

    // Draws until nothing is asked for any more; what was asked for besides pages is kept in `wishes`.
    const terminal::grid& look() {
        for (int turn = 0; turn < 20; ++turn) {
            view.draw();
            const auto asked = view.actions();
            if (asked.empty()) break;
            for (const view::action& each : asked) {
                if (const auto* wanted = std::get_if<view::fetch>(&each)) {
                    ++fetches;
                    if (answers) view.put(answer(*wanted));
                } else {
                    wishes.push_back(each);
                }
            }
        }
        return view.draw();
    }

    std::string row(std::size_t number) { return look().row_text(number); }
    std::vector<std::string> rows() {
        const terminal::grid& picture = look();
        std::vector<std::string> text;
        for (std::size_t i = 0; i < picture.size().rows; ++i) text.push_back(picture.row_text(i));
        return text;
    }
    std::string picture() {
        std::string text = "\n";
        for (const std::string& each : rows()) text += each + "\n";
        return text;
    }
    bool shows(std::string_view text) { return picture().find(text) != std::string::npos; }

    template <class Wish>
    std::vector<Wish> wished() {
        std::vector<Wish> found;
        for (const view::action& each : wishes) {
            if (const auto* wish = std::get_if<Wish>(&each)) found.push_back(*wish);
        }
        wishes.clear();
        return found;
    }

    view::page answer(const view::fetch& wanted) {
        const auto& log = logs[wanted.room];
        const auto last = static_cast<std::uint64_t>(log.size());
        const std::uint64_t half = wanted.count / 2;
        std::uint64_t from = 1;
        std::uint64_t to = last;
        switch (wanted.from) {
            case view::fetch_from::newest:
                from = last > wanted.count ? last - wanted.count + 1 : 1;
                break;
            case view::fetch_from::before_seq:
                to = wanted.at - 1;
                from = to > wanted.count ? to - wanted.count + 1 : 1;
                break;
            case view::fetch_from::after_seq:
                from = wanted.at + 1;
                to = std::min(last, wanted.at + wanted.count);
                break;
            case view::fetch_from::around_seq:
            case view::fetch_from::around_n:
            default:
                from = wanted.at > half ? wanted.at - half : 1;
                to = std::min(last, wanted.at + half);
                break;
        }
        view::page made{.room = wanted.room, .request = wanted.request, .from_seq = from, .to_seq = to};
        for (std::uint64_t seq = from; seq <= to; ++seq) made.items.push_back(log[seq - 1]);
        made.oldest = from == 1;
        made.newest = to >= last;
        return made;
    }

    view::application view;
    terminal::input_parser parser;
    std::map<std::string, std::vector<view::item>> logs;
    std::vector<view::action> wishes;
    bool answers = true;
    std::size_t fetches = 0;
};

}  // namespace tests
