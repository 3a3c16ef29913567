#include "chat-client/controller/slash_handlers.hpp"

#include "chat-client/controller/slash_table.hpp"
#include "chat-client/domain/folded_message.hpp"
#include "chat-client/terminal/emoji.hpp"
#include "common/trust/text_codec.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

namespace chat_client::controller::handlers {

using domain::moderation_action;
using domain::outgoing;
using domain::record_kind;

namespace {

const std::string fine;
const std::string usage{usage_error};

// "213" or "#213"; 0: no number.
std::uint64_t number_of(std::string_view word) {
    if (word.starts_with('#')) word.remove_prefix(1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc{} && end == word.data() + word.size() ? number : 0;
}

std::string about_message(slash_host& host, const slash_call& call, record_kind kind, std::string text) {
    const std::uint64_t n = number_of(call.words[0]);
    if (n == 0) return usage;
    host.post({.room = host.focus(), .text = std::move(text), .target_n = n, .kind = kind});
    return fine;
}

std::string moderate(slash_host& host, const slash_call& call, moderation_action action, std::string text) {
    host.ask_person(call.words[0], [&host, room = host.focus(), action, text](const domain::person& who) {
        host.post({.room = room,
                   .text = text,
                   .kind = record_kind::moderation,
                   .action = action,
                   .subject = who.author});
    });
    return fine;
}

std::string with_reason(slash_host& host, const slash_call& call, moderation_action action) {
    return moderate(host, call, action, std::string{call.rest_after(1)});
}

std::string to_room(slash_host& host, moderation_action action, std::string text) {
    host.post(
        {.room = host.focus(), .text = std::move(text), .kind = record_kind::moderation, .action = action});
    return fine;
}

std::string direct(std::string_view nick) {
    return nick.starts_with('@') ? std::string{nick} : "@" + std::string{nick};
}

}  // namespace

std::string join(slash_host& host, const slash_call& call) {
    // People of other chats write "#room".
    std::string_view room = call.words[0];
    if (room.starts_with('#') && room.size() > 1) room.remove_prefix(1);
    host.enter(std::string{room});
    return fine;
}

std::string part(slash_host& host, const slash_call& call) {
    const std::string room = call.words.empty() ? host.focus() : call.words[0];
    if (room.empty()) return usage;
    host.part(room);
    return fine;
}

std::string msg(slash_host& host, const slash_call& call) {
    const std::string room = direct(call.words[0]);
    host.enter(room);
    if (call.words.size() > 1) host.post({.room = room, .text = terminal::expand_emoji(call.rest_after(1))});
    return fine;
}

std::string me(slash_host& host, const slash_call& call) {
    host.post({.room = host.focus(), .text = "/me " + terminal::expand_emoji(call.rest)});
    return fine;
}

std::string reply(slash_host& host, const slash_call& call) {
    return about_message(host, call, record_kind::message, terminal::expand_emoji(call.rest_after(1)));
}

std::string edit(slash_host& host, const slash_call& call) {
    if (call.words.size() == 1) return local(host, call);
    return about_message(host, call, record_kind::edit, terminal::expand_emoji(call.rest_after(1)));
}

std::string erase(slash_host& host, const slash_call& call) {
    return about_message(host, call, record_kind::deletion, std::string{call.rest_after(1)});
}

std::string react(slash_host& host, const slash_call& call) {
    std::string emoji = call.words.size() > 1 ? call.words[1] : "";
    const bool named = emoji.size() > 2 && emoji.starts_with(':') && emoji.ends_with(':');
    const auto found =
        terminal::find_emoji(named ? std::string_view{emoji}.substr(1, emoji.size() - 2) : emoji);
    if (found) emoji = *found;
    if (!found && named) return "there is no emoji " + emoji;
    return about_message(host, call, record_kind::reaction, std::move(emoji));
}

std::string search(slash_host& host, const slash_call& call) {
    parsed_search parsed = parse_search(call.rest, host.focus());
    if (!parsed.wrong.empty()) return parsed.wrong;
    host.ask_search(std::move(parsed.wish));
    return fine;
}

std::string topic(slash_host& host, const slash_call& call) {
    if (call.words.empty()) return local(host, call);
    host.post({.room = host.focus(), .text = terminal::expand_emoji(call.rest), .kind = record_kind::topic});
    return fine;
}

std::string rooms(slash_host& host, const slash_call&) {
    host.ask_rooms();
    return fine;
}

std::string names(slash_host& host, const slash_call& call) {
    const std::string room = call.words.empty() ? host.focus() : call.words[0];
    if (room.empty()) return usage;
    host.ask_members(room, false);
    return fine;
}

std::string lag(slash_host& host, const slash_call&) {
    host.ask_members(host.focus(), true);
    return fine;
}

std::string whois(slash_host& host, const slash_call& call) {
    host.ask_person(call.words[0], {});
    return fine;
}

std::string nick_name(slash_host& host, const slash_call& call) {
    if (host.chat().set_nick(call.words[0]) == 0 && !host.chat().is_up()) return "there is no connection now";
    return fine;
}

std::string kick(slash_host& host, const slash_call& call) {
    return with_reason(host, call, moderation_action::kick);
}
std::string ban(slash_host& host, const slash_call& call) {
    return with_reason(host, call, moderation_action::ban);
}
std::string unban(slash_host& host, const slash_call& call) {
    return moderate(host, call, moderation_action::unban, "");
}
std::string mute(slash_host& host, const slash_call& call) {
    if (call.words.empty()) return local(host, call);
    if (call.words.size() == 2 && number_of(call.words[1]) == 0) return usage;
    return with_reason(host, call, moderation_action::mute);
}
std::string unmute(slash_host& host, const slash_call& call) {
    return moderate(host, call, moderation_action::unmute, "");
}
std::string op(slash_host& host, const slash_call& call) {
    return moderate(host, call, moderation_action::op, "");
}
std::string deop(slash_host& host, const slash_call& call) {
    return moderate(host, call, moderation_action::deop, "");
}
std::string invite(slash_host& host, const slash_call& call) {
    return moderate(host, call, moderation_action::invite, "");
}
std::string uninvite(slash_host& host, const slash_call& call) {
    return moderate(host, call, moderation_action::uninvite, "");
}

std::string make_private(slash_host& host, const slash_call& call) {
    const bool off = !call.words.empty() && call.words[0] == "off";
    if (!call.words.empty() && !off && call.words[0] != "on") return usage;
    return to_room(host, off ? moderation_action::make_public : moderation_action::make_private, "");
}

std::string slow(slash_host& host, const slash_call& call) {
    if (call.words[0] != "0" && number_of(call.words[0]) == 0) return usage;
    return to_room(host, moderation_action::slow, call.words[0]);
}

std::string retention(slash_host& host, const slash_call& call) {
    return to_room(host, moderation_action::retention, call.words[0]);
}

std::string fingerprint(slash_host& host, const slash_call&) {
    const auto here = host.chat().fingerprint(host.focus());
    if (!here) return "there is no fingerprint of this room yet";
    host.tell("transcript up to record " + std::to_string(here->seq) + ": " + domain::words_of(here->chain) +
              "\n" + common::trust::to_hex(here->chain));
    if (host.chat().compare_fingerprint(host.focus()) == 0)
        return "the server cannot be asked for its own now";
    return fine;
}

std::string help(slash_host& host, const slash_call& call) {
    const std::string command = call.words.empty() ? "" : call.words[0];
    if (!help_text(command)) return "there is no command " + command + "; /help lists them all";
    host.show_help(command);
    return fine;
}

std::string quit(slash_host& host, const slash_call&) {
    host.quit();
    return fine;
}

std::string local(slash_host& host, const slash_call& call) {
    if (host.run_locally(call.name, call.words, call.rest)) return fine;
    return "/" + std::string{call.name} + " is there in the full-screen client only";
}

}  // namespace chat_client::controller::handlers
