// What chat-client can be asked for, and the command line that says so.
//
//   client_options common;  chat_options options;
//   add_chat_options(self, options);   after add_client_options()
//   self.parse();
//   const auto target = find_target(common, options);      the server and the rooms
//
// Without a subcommand the program joins: with_default_command() makes `chat-client ADDR` into `join ADDR`.
#pragma once

#include "common/app/client_options.hpp"
#include "common/trust/join_link.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace common::app {
class program;
}

namespace chat_client::commands {

enum class action { join, send, tail, rooms, who, whois, search, export_room, discover, identity, forget };

struct chat_options {
    commands::action action = commands::action::join;
    std::string address{};
    std::vector<std::string> rooms{};

    std::string nick{};  // join
    bool plain = false;
    bool notify = false;
    bool clipboard = false;
    std::uint64_t cache_bytes = 0;
    std::uint64_t goto_n = 0;  // of a link to a message

    std::vector<std::string> words{};  // send: the text
    bool whole = false;
    std::string id{};

    std::optional<std::uint64_t> from{};  // tail
    std::optional<std::uint64_t> last{};
    bool follow = false;
    std::string cursor{};
    bool presence = false;

    std::string nick_asked{};  // whois
    std::string author{};      // search
    std::string since{};
    std::string until{};

    std::string format = "text";  // export
    std::string host{};           // identity forget
};

void add_chat_options(common::app::program& self, chat_options& options);

struct target {
    common::trust::server_address server;
    std::vector<std::string> rooms{};  // those asked for, else the one in the link, else none
};

// Throws app::failure (usage) when there is no server or its address makes no sense. With --join-file the
// first word after `send` is already text.
target find_target(const common::app::client_options& common, chat_options& options);

// The arguments with "join" put in front where no subcommand is named. The strings stay the caller's.
std::vector<char*> with_default_command(int argc, char** argv);

}  // namespace chat_client::commands
