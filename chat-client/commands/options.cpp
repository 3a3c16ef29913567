#include "chat-client/commands/options.hpp"

#include "chat-client/commands/limits.hpp"
#include "chat-client/commands/server_choice.hpp"
#include "chat-client/storage/limits.hpp"
#include "common/app/failure.hpp"
#include "common/app/program.hpp"
#include "common/app/sizes.hpp"
#include "protocol/wire/limits.hpp"
#include "protocol/wire/utf8.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

namespace {

constexpr std::array subcommands{"join",  "send",   "tail",   "rooms",    "who",
                                 "whois", "search", "export", "discover", "identity"};
constexpr std::array options_with_value{"--room",  "--nick",       "--cache",     "--join-file",
                                        "--retry", "--tls-keylog", "--log-level", "--log-file"};

CLI::App& subcommand(app::program& self, chat_options& options, action what, const char* name,
                     const char* about, const char* example) {
    CLI::App* const made = self.cli().add_subcommand(name, about);
    made->final_callback([&options, what] { options.action = what; });
    app::set_example(*made, example);
    return *made;
}

void add_address(CLI::App& to, chat_options& options) {
    to.add_option("ADDR", options.address, "HOST, HOST:PORT or a join link (else --join-file or SLUICE_JOIN)")
        ->type_name("");
}

void add_room(CLI::App& to, chat_options& options, const char* about) {
    to.add_option("--room", options.rooms, about)->type_name("R")->allow_extra_args(false);
}

void add_join(app::program& self, chat_options& options) {
    CLI::App& join = subcommand(self, options, action::join, "join",
                                "Talk: what you type is posted, what arrives is shown",
                                "chat-client join chat.example.org --nick ada --room lobby");
    add_address(join, options);
    add_room(join, options, "A room to join; repeatable [lobby]");
    join.add_option("--nick", options.nick, "What you want to be called here")->type_name("N");
    join.add_flag("--notify", options.notify,
                  "Notes of the desktop for mentions and direct messages (OSC 9 and 777)");
    join.add_flag("--clipboard", options.clipboard,
                  "What you copy goes to the terminal's clipboard, too (OSC 52)");
    options.cache_bytes = storage::limits::cache_bytes_default;
    join.add_option_function<std::string>(
            "--cache",
            [&options](const std::string& text) {
                const auto bytes = app::parse_size(text);
                if (!bytes || (*bytes != 0 && *bytes < storage::limits::cache_bytes_min))
                    throw CLI::ValidationError("--cache", "write a size from 1MiB on, or 0 for none");
                options.cache_bytes = *bytes;
            },
            "How much of each server's rooms is kept on this machine [256MiB]")
        ->type_name("SIZE");
    join.add_flag("--plain", options.plain, "Lines in, lines out, also on a terminal; ends when stdin ends");
}

void add_send(app::program& self, chat_options& options) {
    CLI::App& send =
        subcommand(self, options, action::send, "send", "Post TEXT, or each line of standard input",
                   "make 2>&1 | chat-client send chat.example.org --room builds");
    add_address(send, options);
    add_room(send, options, "The room");
    send.add_option("TEXT", options.words, "The message; without it each line of standard input is one")
        ->type_name("");
    send.add_flag("--whole", options.whole, "All of standard input is one message");
    send.add_option("--id", options.id, "The same ID again posts nothing new: makes a retry safe")
        ->type_name("ID");
}

void add_tail(app::program& self, chat_options& options) {
    CLI::App& tail = subcommand(self, options, action::tail, "tail", "Print a room's messages",
                                "chat-client tail chat.example.org --room lobby --last 20 --follow");
    add_address(tail, options);
    add_room(tail, options, "The room");
    auto* const from = tail.add_option("--from", options.from, "Begin at the message with this number");
    tail.add_option("--last", options.last, "Begin with the last so many messages [10]")->excludes(from);
    tail.add_option("--cursor", options.cursor,
                    "Go on behind what was printed with this name before; kept on this machine")
        ->type_name("NAME");
    tail.add_flag("--presence", options.presence, "With --json: join and leave events as people come and go");
    tail.add_flag("-f,--follow", options.follow, "Go on with messages as they come");
}

void add_search(app::program& self, chat_options& options) {
    CLI::App& search = subcommand(self, options, action::search, "search",
                                  "Find messages: words, \"a phrase\", prefix*; newest first",
                                  "chat-client search chat.example.org --room lobby --author ada 'fox*'");
    add_address(search, options);
    search.add_option("QUERY", options.words, "What is to be found")->type_name("");
    add_room(search, options, "Only in this room [all]");
    search.add_option("--author", options.author, "Only what this nick wrote")->type_name("NICK");
    search.add_option("--since", options.since, "Not before this day, as 2026-01-31 (UTC)")->type_name("DAY");
    search.add_option("--until", options.until, "Not after this day")->type_name("DAY");
    search.add_option("--last", options.last, "At most so many [50]")->type_name("N");
}

void add_lists(app::program& self, chat_options& options) {
    CLI::App& rooms = subcommand(self, options, action::rooms, "rooms", "List the rooms",
                                 "chat-client rooms chat.example.org --json");
    add_address(rooms, options);
    CLI::App& who = subcommand(self, options, action::who, "who", "List who is in a room",
                               "chat-client who chat.example.org --room lobby");
    add_address(who, options);
    add_room(who, options, "A room; repeatable [all]");
    CLI::App& whois = subcommand(self, options, action::whois, "whois", "Say what is known of somebody",
                                 "chat-client whois chat.example.org ada");
    add_address(whois, options);
    whois.add_option("NICK", options.nick_asked, "The nick")->type_name("");
    add_search(self, options);
    CLI::App& whole =
        subcommand(self, options, action::export_room, "export", "Write a whole room",
                   "chat-client export chat.example.org --room lobby --format json > lobby.ndjson");
    add_address(whole, options);
    add_room(whole, options, "The room");
    whole.add_option("--format", options.format, "text, json or html, each message as it reads now [text]")
        ->check(CLI::IsMember({"text", "json", "html"}));
}

void add_discover(app::program& self, chat_options& options) {
    subcommand(self, options, action::discover, "discover", "Show the servers on the local network",
               "chat-client discover --json");
}

void add_identity(app::program& self, chat_options& options) {
    CLI::App& identity =
        subcommand(self, options, action::identity, "identity",
                   "Show this machine's key and the servers it knows", "chat-client identity");
    CLI::App* const forget = identity.add_subcommand("forget", "Forget a server's key");
    forget->add_option("HOST", options.host, "HOST or HOST:PORT")->required();
    forget->final_callback([&options] { options.action = action::forget; });
    app::set_example(*forget, "chat-client identity forget chat.example.org");
}

std::optional<std::string> address_text(const app::client_options& common, chat_options& options) {
    if (!common.join_file.empty()) {
        const bool takes_words = options.action == action::send || options.action == action::search;
        if (takes_words && !options.address.empty()) {
            options.words.insert(options.words.begin(), std::exchange(options.address, {}));
        }
        if (options.action == action::whois && options.nick_asked.empty())
            options.nick_asked = std::exchange(options.address, {});
        return app::find_join_link(common, app::process_environment());
    }
    if (!options.address.empty()) return options.address;
    return app::find_join_link(common, app::process_environment());
}

// "chat://HOST/ROOM#213" is message 213: a fingerprint has 43 characters. 0: not such a link.
std::uint64_t take_message_number(std::string& address) {
    const std::size_t mark = address.rfind('#');
    if (mark == std::string::npos || !address.starts_with("chat://") || address.size() - mark > 20) return 0;
    const auto number = app::parse_count(address.substr(mark + 1));
    if (!number) return 0;
    address.erase(mark);
    return *number;
}

void check_room(const std::string& name) {
    if (!name.empty() && name.size() <= protocol::limits::name_bytes_max &&
        protocol::wire::is_valid_utf8(name)) {
        return;
    }
    throw app::usage_error("no room can be called '" + name + "'", "it is empty, too long or not UTF-8");
}

}  // namespace

void add_chat_options(app::program& self, chat_options& options) {
    app::set_example(self.cli(), "chat-client 'chat://chat.example.org/lobby#FINGERPRINT.TOKEN'");
    add_join(self, options);
    add_send(self, options);
    add_tail(self, options);
    add_lists(self, options);
    add_discover(self, options);
    add_identity(self, options);
}

target find_target(const app::client_options& common, chat_options& options) {
    auto text = address_text(common, options);
    if (!text && options.action == action::join && !common.json) text = choose_server(common);
    if (!text) {
        throw app::usage_error("no server is given", "there is no ADDR, no --join-file and no SLUICE_JOIN",
                               "write HOST, HOST:PORT or a join link");
    }
    if (options.action == action::join) options.goto_n = take_message_number(*text);
    auto parsed = common::trust::parse_address(*text, common::trust::application::chat);
    if (const auto* const wrong = std::get_if<common::trust::address_error>(&parsed)) {
        throw app::usage_error("cannot understand the address", wrong->message);
    }
    target found{.server = std::get<common::trust::server_address>(std::move(parsed)),
                 .rooms = options.rooms};
    if (found.rooms.empty() && !found.server.path.empty()) found.rooms.push_back(found.server.path);
    for (const std::string& room : found.rooms) check_room(room);
    if (options.cursor.size() > limits::cursor_name_bytes_max) {
        throw app::usage_error("the cursor's name is too long",
                               "at most " + std::to_string(limits::cursor_name_bytes_max) + " bytes");
    }
    return found;
}

std::vector<char*> with_default_command(int argc, char** argv) {
    static std::array<char, 5> join{'j', 'o', 'i', 'n', '\0'};
    std::vector<char*> all(argv, argv + argc);
    bool for_join = argc > 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
        const std::string_view word = all[i];
        if (word == "-h" || word == "--help" || word == "--version") for_join = false;
        if (std::ranges::find(options_with_value, word) != options_with_value.end()) ++i;
        if (word.starts_with('-')) continue;
        if (std::ranges::find(subcommands, word) != subcommands.end()) for_join = false;
        break;
    }
    if (for_join) all.insert(all.begin() + 1, join.data());
    return all;
}

}  // namespace chat_client::commands
