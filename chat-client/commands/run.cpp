#include "chat-client/commands/run.hpp"

#include "chat-client/commands/join_command.hpp"
#include "chat-client/commands/limits.hpp"
#include "chat-client/commands/list_commands.hpp"
#include "chat-client/commands/send_command.hpp"
#include "chat-client/commands/tail_command.hpp"
#include "common/app/environment.hpp"
#include "common/app/failure.hpp"
#include "common/app/logging.hpp"
#include "common/service/discover.hpp"
#include "common/service/identity_command.hpp"

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

// The terminal is a person's, in and out, and nobody asked for lines.
bool is_interactive(const app::client_options& common, const chat_options& options) {
    return !options.plain && !common.json && ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

session::start_point tail_start(const chat_options& options) {
    if (options.from) return {start_at::from_n, *options.from};
    return {start_at::last_n, options.last.value_or(limits::tail_messages)};
}

app::exit_code run_with_server(app::client_options& common, chat_options& options,
                               const std::string& version) {
    const target where = find_target(common, options);
    if (options.action == action::export_room) common.json = options.format == "json";
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
                                        .cursor = options.cursor})
                .run();
        case action::export_room:
            return tail_command(setup, {.room = only_room(where), .start = {start_at::after_seq, 0}}).run();
        case action::rooms:
            return rooms_command(setup).run();
        case action::join:
            return join_command(setup,
                                {.rooms = where.rooms.empty() ? std::vector{default_room} : where.rooms,
                                 .nick = options.nick,
                                 .interactive = is_interactive(common, options)})
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
