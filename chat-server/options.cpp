#include "chat-server/options.hpp"

#include "common/app/failure.hpp"
#include "common/app/program.hpp"
#include "common/app/sizes.hpp"
#include "protocol/wire/utf8.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <optional>

namespace chat_server {

namespace app = common::app;

namespace {

domain::retention parse_retention(const std::string& text) {
    if (const auto keep = domain::parse_retention(text)) return *keep;
    throw CLI::ValidationError{"--retention",
                               "'" + text + "' is neither none, an age such as 30d, nor a count"};
}

std::uint32_t parse_text_bytes(const std::string& text) {
    const auto bytes = app::parse_size(text);
    if (bytes && *bytes >= 1 && *bytes <= protocol::limits::text_bytes_max)
        return static_cast<std::uint32_t>(*bytes);
    throw CLI::ValidationError{"--max-message",
                               "must be 1 to " + app::format_size(protocol::limits::text_bytes_max)};
}

}  // namespace

void add_chat_options(app::program& self, chat_options& options) {
    CLI::App& cli = self.cli();
    cli.add_option_function<std::string>(
           "--durability",
           [&options](const std::string& kept) {
               options.kept = kept == "full" ? storage::durability::full : storage::durability::relaxed;
           },
           "full: acknowledged means on disk; relaxed: a power loss may take the last moments [full]")
        ->check(CLI::IsMember({"full", "relaxed"}));
    cli.add_option_function<std::string>(
           "--retention", [&options](const std::string& text) { options.keep = parse_retention(text); },
           "Keep records this long, or so many in each room; none: for ever [none]")
        ->type_name("none|AGE|COUNT");
    cli.add_option("--max-rooms", options.rooms_max, "Refuse more rooms than this")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
        ->capture_default_str();
    cli.add_option_function<std::string>(
           "--max-message",
           [&options](const std::string& text) { options.text_bytes_max = parse_text_bytes(text); },
           "Refuse longer messages [64 KiB]")
        ->type_name("SIZE");
    cli.add_option("--max-posts", options.posts_per_s, "Messages a second from one connection; 0: no limit")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    cli.add_option("--motd", options.motd_file, "Show the text of FILE to everyone who connects")
        ->type_name("FILE");
}

std::string read_motd(const std::string& file) {
    if (file.empty()) return {};
    std::ifstream in{file, std::ios::binary};
    std::string text(protocol::chat::limits::motd_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad() || !in.is_open()) {
        throw app::failure{app::exit_code::failed, "motd", "cannot read " + file, "", "check --motd"};
    }
    if (text.size() > protocol::chat::limits::motd_bytes_max || !protocol::wire::is_valid_utf8(text)) {
        throw app::failure{app::exit_code::usage, "motd", file + " is not a text of at most 4 KiB in UTF-8",
                           "", "shorten or convert it"};
    }
    return text;
}

}  // namespace chat_server
