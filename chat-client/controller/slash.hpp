// Slash commands: one table is the parser, the help and what completion offers, on the full screen and in
// line mode.
//
//   run_slash(host, "/kick bob spam");        wrong usage and unknown commands: one line by host.complain()
//   for (const auto& each : slash_help()) …   for the view and for /help
//
// What only one of the faces can do it does in host.run_locally(). Pure but for what the host does.
#pragma once

#include "chat-client/domain/listings.hpp"
#include "chat-client/session/client_session.hpp"
#include "chat-client/view/model.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::controller {

class slash_host {
  public:
    virtual ~slash_host() = default;

    virtual session::client_session& chat() = 0;
    virtual const std::string& focus() const = 0;  // the room that is meant; may be empty
    virtual void post(domain::outgoing message) = 0;
    virtual void tell(const std::string& lines) = 0;
    virtual void complain(const std::string& line) = 0;
    virtual void enter(const std::string& room) = 0;
    virtual void part(const std::string& room) = 0;
    virtual void quit() = 0;
    // Who has this nick; if nobody, the person is told.
    virtual void ask_person(const std::string& nick, std::function<void(const domain::person&)> then) = 0;
    virtual void ask_rooms() = 0;
    virtual void ask_members(const std::string& room, bool lag) = 0;
    virtual void ask_search(domain::search_wish wish) = 0;
    virtual void show_help(const std::string& command) = 0;
    // False: not here.
    virtual bool run_locally(std::string_view name, const std::vector<std::string>& words,
                             std::string_view rest) = 0;
};

struct slash_call {
    std::string_view name;
    std::vector<std::string> words;  // all of them
    std::string_view rest;           // behind the name, as typed
    // Behind so many words.
    std::string_view rest_after(std::size_t count) const;
};

// `line` begins with '/'.
void run_slash(slash_host& host, std::string_view line);

std::vector<view::command_help> slash_help();
// One line each, or one command's; nothing: there is none of this name.
std::optional<std::string> help_text(std::string_view command);

// "in:room from:nick since:2026-01-31 until:… words" as a search; a text: what is wrong with it.
struct parsed_search {
    domain::search_wish wish{};
    std::string wrong{};
};
parsed_search parse_search(std::string_view text, const std::string& room);

// For whois and /whois: lines for a person.
std::string person_text(const domain::person& person,
                        const std::function<std::string(std::int64_t)>& time_of);

}  // namespace chat_client::controller
