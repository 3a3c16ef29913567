#include "chat-client/controller/slash_table.hpp"

#include "chat-client/controller/slash_handlers.hpp"

namespace chat_client::controller {

namespace {

constexpr std::size_t many = 100'000;

// name, alias, usage, summary, what completion offers, choices, least and most words, in a room, handler
std::vector<slash_entry> message_commands() {
    using namespace handlers;
    using enum view::argument;
    return {

        {"join", "j", "ROOM", "enter a room, or make it", {room}, {}, 1, 1, false, join},
        {"part", "leave", "[ROOM]", "leave a room", {room}, {}, 0, 1, false, part},
        {"msg", "query", "NICK [TEXT]", "talk to one person", {nick, text}, {}, 1, many, false, msg},
        {"me", "", "TEXT", "say what you do", {text}, {}, 1, many, true, me},
        {"reply", "", "N TEXT", "answer message #N", {message, text}, {}, 2, many, true, reply},
        {"edit", "", "N [TEXT]", "change your message #N", {message, text}, {}, 1, many, true, edit},
        {"delete", "", "N [REASON]", "delete message #N", {message, text}, {}, 1, many, true, erase},
        {"react",
         "",
         "N [:EMOJI:]",
         "react to #N; without one: take yours back",
         {message, emoji},
         {},
         1,
         2,
         true,
         react},
        {"goto", "", "N | ROOM#N | LINK", "show message #N", {message}, {}, 1, 1, false, local},
        {"search",
         "",
         "[in:ROOM] [from:NICK] [since:DATE] [until:DATE] WORDS",
         "find messages on the server",
         {text},
         {},
         1,
         many,
         false,
         search},
        {"read",
         "",
         "[all]",
         "mark the room, or all of them, as read",
         {choice},
         {"all"},
         0,
         1,
         false,
         local},
    };
}

std::vector<slash_entry> room_commands() {
    using namespace handlers;
    using enum view::argument;
    return {
        {"topic", "", "[TEXT]", "show or set the topic", {text}, {}, 0, many, true, topic},
        {"rooms", "list", "", "the rooms of the server", {}, {}, 0, 0, false, rooms},
        {"names", "who", "[ROOM]", "who is in the room", {room}, {}, 0, 1, false, names},
        {"whois", "", "NICK", "what is known of somebody", {nick}, {}, 1, 1, false, whois},
        {"lag", "", "", "how far behind everybody in the room is", {}, {}, 0, 0, true, lag},
    };
}

std::vector<slash_entry> people_commands() {
    using namespace handlers;
    using enum view::argument;
    return {
        {"nick", "", "NICK", "be called so", {text}, {}, 1, 1, false, nick_name},
        {"away", "", "[REASON]", "say that you are away; again: back", {text}, {}, 0, many, false, local},
        {"ignore",
         "",
         "[NICK]",
         "do not show what somebody writes; again: show it",
         {nick},
         {},
         0,
         1,
         false,
         local},
        {"kick", "", "NICK [REASON]", "remove from the room", {nick, text}, {}, 1, many, true, kick},
        {"ban", "", "NICK [REASON]", "remove and keep out", {nick, text}, {}, 1, many, true, ban},
    };
}

std::vector<slash_entry> operator_commands() {
    using namespace handlers;
    using enum view::argument;
    return {
        {"unban", "", "NICK", "let in again", {nick}, {}, 1, 1, true, unban},
        {"mute",
         "",
         "[NICK [SECONDS]]",
         "nobody hears them; without NICK: this room is quiet for you",
         {nick, text},
         {},
         0,
         2,
         true,
         mute},
        {"unmute", "", "NICK", "let somebody speak again", {nick}, {}, 1, 1, true, unmute},
        {"op", "", "NICK", "make an operator of the room", {nick}, {}, 1, 1, true, op},
        {"deop", "", "NICK", "take that back", {nick}, {}, 1, 1, true, deop},
        {"invite", "", "NICK", "let somebody into a private room", {nick}, {}, 1, 1, true, invite},
        {"uninvite", "", "NICK", "take an invitation back", {nick}, {}, 1, 1, true, uninvite},
        {"private",
         "",
         "[on|off]",
         "only who is invited may enter",
         {choice},
         {"on", "off"},
         0,
         1,
         true,
         make_private},
        {"slow",
         "",
         "SECONDS",
         "one message in so many seconds from each; 0: no limit",
         {text},
         {},
         1,
         1,
         true,
         slow},
        {"retention",
         "",
         "none|AGE|COUNT",
         "how much of the room is kept, as 30d or 100000",
         {text},
         {},
         1,
         1,
         true,
         retention},
        {"fingerprint",
         "",
         "",
         "six words to compare: the same words, the same transcript",
         {},
         {},
         0,
         0,
         true,
         fingerprint},
    };
}

std::vector<slash_entry> program_commands() {
    using namespace handlers;
    using enum view::argument;
    return {
        {"split", "", "[ROOM]", "a second room below; without one: no more", {room}, {}, 0, 1, false, local},
        {"theme",
         "",
         "dark|light|plain",
         "colours",
         {choice},
         {"dark", "light", "plain"},
         1,
         1,
         false,
         local},
        {"log", "", "[FILE|off]", "write the room to a file from now on", {text}, {}, 0, 1, true, local},
        {"export",
         "",
         "[text|json|html] FILE",
         "write what is here of the room to a file",
         {choice, text},
         {"text", "json", "html"},
         1,
         2,
         true,
         local},
        {"clear", "", "", "an empty screen; nothing is lost", {}, {}, 0, 0, false, local},
        {"help", "", "[COMMAND]", "this list", {text}, {}, 0, 1, false, help},
        {"quit", "exit", "", "leave the program", {}, {}, 0, 0, false, quit},
    };
}

std::vector<slash_entry> made() {
    std::vector<slash_entry> all;
    for (const auto& group :
         {message_commands(), room_commands(), people_commands(), operator_commands(), program_commands()}) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

}  // namespace

std::span<const slash_entry> slash_table() {
    static const std::vector<slash_entry> table = made();
    return table;
}

}  // namespace chat_client::controller
