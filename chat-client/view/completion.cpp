#include "chat-client/view/completion.hpp"

#include "chat-client/terminal/emoji.hpp"
#include "chat-client/view/letters.hpp"
#include "chat-client/view/limits.hpp"

#include <algorithm>

namespace chat_client::view {
namespace {

bool begins_with(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() &&
           std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower, lower);
}

bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

class offer {
  public:
    offer(std::size_t from, std::string_view word) : word_(word), found_{.from = from} {}

    void commands(const std::vector<command_help>& all) {
        for (const command_help& each : all) {
            if (!begins_with(each.name, word_.substr(1))) continue;
            add("/" + each.name + " ", "/" + each.name + (each.usage.empty() ? "" : " " + each.usage),
                each.summary);
        }
    }

    // With the sign that was typed in front, if any.
    void names(const std::vector<std::string>& all, std::string_view sign, std::string_view behind) {
        const bool signed_word = !sign.empty() && word_.starts_with(sign);
        const std::string_view prefix = signed_word ? word_.substr(sign.size()) : word_;
        for (const std::string& each : all) {
            const std::string whole = std::string{signed_word ? sign : ""} + each;
            if (begins_with(each, prefix)) add(whole + std::string{behind}, whole, "");
        }
    }

    void emoji() {
        const std::string_view prefix = word_.substr(word_.starts_with(':') ? 1 : 0);
        for (const terminal::emoji& each : terminal::emoji_beginning(prefix)) {
            add(std::string{each.text} + " ", std::string{each.text} + " :" + std::string{each.name} + ":",
                "");
        }
    }

    completion done() { return std::move(found_); }

  private:
    void add(std::string text, std::string shown, std::string help) {
        if (found_.candidates.size() == limits::candidates_max) return;
        found_.candidates.push_back({std::move(text), std::move(shown), std::move(help)});
    }

    std::string_view word_;
    completion found_;
};

// Which argument of a command the word at `from` is; the command's own name is not counted.
std::size_t argument_number(std::string_view typed, std::size_t from) {
    std::size_t number = 0;
    bool in_word = false;
    for (const char c : typed.substr(0, from)) {
        const bool blank = c == ' ';
        if (in_word && blank) ++number;
        in_word = !blank;
    }
    return number > 0 ? number - 1 : 0;
}

void offer_text(offer& to, std::string_view word, bool begins_text, const completion_sources& from) {
    if (word.starts_with(':') && word.size() > 1) {
        to.emoji();
    } else if (word.starts_with('#')) {
        to.names(from.rooms, "#", " ");
    } else if (!word.empty()) {
        to.names(from.nicks, "@", begins_text && !word.starts_with('@') ? ": " : " ");
    }
}

}  // namespace

bool is_command(std::string_view typed) {
    return typed.size() > 1 && typed[0] == '/' && (is_letter(typed[1]) || typed[1] == '?');
}

const command_help* command_of(std::string_view typed, const std::vector<command_help>& commands) {
    const std::size_t end = typed.find_first_of(" \n");
    if (!is_command(typed) || end == std::string_view::npos) return nullptr;
    const auto found = std::ranges::find(commands, typed.substr(1, end - 1), &command_help::name);
    return found == commands.end() ? nullptr : &*found;
}

completion complete(std::string_view typed, std::size_t cursor, const completion_sources& from) {
    const std::string_view before = typed.substr(0, cursor);
    const std::size_t blank = before.find_last_of(" \n");
    const std::size_t begin = blank == std::string_view::npos ? 0 : blank + 1;
    const std::string_view word = before.substr(begin);
    offer found(begin, word);
    if (begin == 0 && word.starts_with('/') && !word.starts_with("//")) {
        found.commands(from.commands);
        return found.done();
    }
    const command_help* command = command_of(typed, from.commands);
    if (command == nullptr || command->arguments.empty()) {
        offer_text(found, word, begin == 0, from);
        return found.done();
    }
    const std::size_t last = command->arguments.size() - 1;
    switch (command->arguments[std::min(argument_number(typed, begin), last)]) {
        case argument::room:
            found.names(from.rooms, "#", " ");
            break;
        case argument::nick:
            found.names(from.nicks, "@", " ");
            break;
        case argument::emoji:
            found.emoji();
            break;
        case argument::choice:
            found.names(command->choices, "", " ");
            break;
        case argument::message:
            break;
        case argument::text:
        default:
            offer_text(found, word, false, from);
            break;
    }
    return found.done();
}

}  // namespace chat_client::view
