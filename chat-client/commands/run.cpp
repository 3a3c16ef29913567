#include "chat-client/commands/run.hpp"

#include "chat-client/commands/ask_commands.hpp"
#include "chat-client/commands/export_command.hpp"
#include "chat-client/commands/join_command.hpp"
#include "chat-client/commands/limits.hpp"
#include "chat-client/commands/list_commands.hpp"
#include "chat-client/commands/screen_command.hpp"
#include "chat-client/commands/send_command.hpp"
#include "chat-client/commands/tail_command.hpp"
#include "chat-client/controller/slash.hpp"
#include "chat-client/controller/transcript_text.hpp"
#include "common/app/environment.hpp"
#include "common/app/failure.hpp"
#include "common/app/logging.hpp"
#include "common/service/discover.hpp"
#include "common/service/identity_command.hpp"

#include <cstdlib>
#include <limits>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;
using protocol::chat::start_at;

namespace {

const std::string& only_room(const target& where) {
    if (where.rooms.size() == 1) return where.rooms.front();
    throw app::usage_error("which room?", where.rooms.empty() ? "none is given" : "more than one is given",
                           "write --room R");
}

std::optional<std::string> joined_words(const std::vector<std::string>& words) {
    if (words.empty()) return std::nullopt;
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return repaired_utf8(text);
}

const std::string default_room = "lobby";

// The terminal is a person's, in and out.
bool has_person(const app::client_options& common) {
    return !common.json && ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

bool is_interactive(const app::client_options& common, const chat_options& options) {
    const char* const terminal = std::getenv("TERM");
    const bool dumb = terminal == nullptr || std::string_view{terminal} == "dumb";
    return !options.plain && !dumb && has_person(common);
}

session::start_point tail_start(const chat_options& options) {
    if (options.from) return {start_at::from_n, *options.from};
    return {start_at::last_n, options.last.value_or(limits::tail_messages)};
}

domain::search_wish search_wish(const chat_options& options, const target& where) {
    std::string text;
    for (const auto& [key, value] : {std::pair{"from:", options.author}, std::pair{"since:", options.since},
                                     std::pair{"until:", options.until}}) {
        if (!value.empty()) text += key + value + " ";
    }
    for (const std::string& word : options.words) text += word + " ";
    if (text.ends_with(' ')) text.pop_back();
    if (where.rooms.size() > 1) only_room(where);
    auto parsed =
        controller::parse_search(repaired_utf8(text), where.rooms.empty() ? "" : where.rooms.front());
    if (!parsed.wrong.empty()) throw app::usage_error("cannot search", parsed.wrong);
    return std::move(parsed.wish);
}

app::exit_code run_with_server(app::client_options& common, chat_options& options,
                               const std::string& version) {
    const target where = find_target(common, options);
    const command_setup setup{.options = common, .server = where.server, .version = version};
    switch (options.action) {
        case action::send: {
            auto text = joined_words(options.words);
            if (text && text->empty()) throw app::usage_error("nothing to send", "the text is empty");
            return send_command(setup, {.room = only_room(where),
                                        .text = std::move(text),
                                        .whole = options.whole,
                                        .id = options.id})
                .run();
        }
        case action::tail:
            return tail_command(setup, {.room = only_room(where),
                                        .start = tail_start(options),
                                        .follow = options.follow,
                                        .cursor = options.cursor,
                                        .presence = options.presence})
                .run();
        case action::export_room:
            return export_command(setup, only_room(where),
                                  *controller::find_transcript_format(options.format))
                .run();
        case action::search:
            return search_command(setup, search_wish(options, where),
                                  static_cast<std::size_t>(options.last.value_or(limits::found_messages)))
                .run();
        case action::whois:
            if (options.nick_asked.empty()) throw app::usage_error("who?", "no nick is given", "write NICK");
            return whois_command(setup, options.nick_asked).run();
        case action::rooms:
            return rooms_command(setup).run();
        case action::join:
            if (is_interactive(common, options)) {
                if (!common.retries) common.retries = std::numeric_limits<std::uint32_t>::max();
                return screen_command(
                           setup, {.rooms = where.rooms,
                                   .nick = options.nick,
                                   .goto_n = options.goto_n,
                                   .cache_bytes = options.cache_bytes,
                                   .notify = options.notify,
                                   .clipboard = options.clipboard,
                                   .coloured = app::is_decorated(STDOUT_FILENO, app::process_environment())})
                    .run();
            }
            return join_command(setup,
                                {.rooms = where.rooms.empty() ? std::vector{default_room} : where.rooms,
                                 .nick = options.nick,
                                 .interactive = has_person(common)})
                .run();
        default:
            return who_command(setup, where.rooms).run();
    }
}

}  // namespace

app::exit_code run(app::client_options& common, chat_options& options, const std::string& version) {
    app::start_logging(common.log, app::process_environment());
    if (options.action == action::discover) {
        return common::service::discover_command(common, common::trust::application::chat);
    }
    if (options.action == action::identity) return common::service::show_identity(common);
    if (options.action == action::forget) return common::service::forget_server(common, options.host);
    return run_with_server(common, options, version);
}

}  // namespace chat_client::commands
