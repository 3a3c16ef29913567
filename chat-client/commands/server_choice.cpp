#include "chat-client/commands/server_choice.hpp"

#include "common/app/addresses.hpp"
#include "common/app/output.hpp"
#include "common/app/prompt.hpp"
#include "common/app/terminal_text.hpp"
#include "common/discovery/browser.hpp"
#include "common/discovery/limits.hpp"
#include "common/trust/join_link.hpp"
#include "common/trust/state_folder.hpp"

#include <algorithm>
#include <charconv>
#include <unistd.h>

namespace chat_client::commands {

namespace app = common::app;
namespace trust = common::trust;

namespace {

std::string table_of(std::span<const server_choice> choices) {
    std::size_t columns = 0;
    for (const server_choice& each : choices) columns = std::max(columns, app::display_width(each.address));
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const std::string number = std::to_string(i + 1);
        const std::string address = app::sanitize(choices[i].address, app::text_kind::name);
        text.append(number.size() < 3 ? 3 - number.size() : 0, ' ')
            .append(number)
            .append("  ")
            .append(address);
        text.append(columns - std::min(columns, app::display_width(address)) + 2, ' ');
        text += app::sanitize(choices[i].about, app::text_kind::name) + "\n";
    }
    return text;
}

}  // namespace

std::vector<server_choice> merge_choices(std::span<const common::discovery::found_server> found,
                                         std::span<const trust::known_server> known) {
    std::vector<server_choice> choices;
    for (const auto& each : found) {
        choices.push_back({app::format_address({.host = each.addresses.front(), .port = each.port}),
                           each.name + ", on this network" + (each.tls ? "" : ", plaintext")});
    }
    // Both clients keep one file: what listens where uploads go is no chat.
    const std::string upload = ":" + std::to_string(trust::default_port(trust::application::upload));
    for (const auto& each : known) {
        const bool there = std::ranges::any_of(
            choices, [&](const server_choice& choice) { return choice.address == each.name; });
        if (!there && !each.name.ends_with(upload)) choices.push_back({each.name, "known"});
    }
    return choices;
}

std::vector<server_choice> find_servers(const app::client_options& options) {
    // Where nobody can be asked about the network there are still the known ones.
    const auto found =
        common::discovery::browse(trust::application::chat, common::discovery::limits::browse_time_default);
    std::vector<trust::known_server> known;
    try {
        const trust::state_folder folder(options.folders.config);
        known = trust::known_servers(folder).all();
    } catch (const trust::state_error&) {
        // The dialer says what is wrong with it.
    }
    return merge_choices(found.servers, known);
}

std::optional<std::string> chosen_address(std::span<const server_choice> choices, std::string_view answer) {
    while (answer.starts_with(' ')) answer.remove_prefix(1);
    while (answer.ends_with(' ')) answer.remove_suffix(1);
    if (answer.empty()) return choices.empty() ? std::nullopt : std::optional{choices.front().address};
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), number);
    if (error == std::errc{} && end == answer.data() + answer.size()) {
        if (number == 0 || number > choices.size()) return std::nullopt;
        return choices[number - 1].address;
    }
    return std::string{answer};
}

std::optional<std::string> choose_server(const app::client_options& options) {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) return std::nullopt;
    (void)app::write_all(STDERR_FILENO, "looking for chat servers on this network ...\n");
    const auto choices = find_servers(options);
    const std::string question = choices.empty()
                                     ? "none found, none known. Server (HOST, HOST:PORT or a join link): "
                                     : "Which one (a number, or an address) [1]? ";
    for (int asked = 0; asked < 3; ++asked) {
        const auto answer = app::ask_line(table_of(choices) + question);
        if (!answer) return std::nullopt;
        if (auto address = chosen_address(choices, *answer)) return address;
    }
    return std::nullopt;
}

}  // namespace chat_client::commands
