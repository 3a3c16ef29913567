// The options that only the chat server has.
//
//   chat_options options;
//   add_chat_options(self, options);        then self.parse()
#pragma once

#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"

#include <cstdint>
#include <string>

namespace common::app {
class program;
}

namespace chat_server {

struct chat_options {
    storage::durability kept = storage::durability::full;
    domain::retention keep;
    std::size_t rooms_max = storage::limits::rooms_default;
    std::uint32_t text_bytes_max = protocol::limits::text_bytes_max;
    std::uint32_t posts_per_s = domain::limits::posts_per_s_default;
    std::string motd_file;
};

void add_chat_options(common::app::program& self, chat_options& options);

// The message of the day, cut to what fits; throws app::failure when the file cannot be read or is not UTF-8.
std::string read_motd(const std::string& file);

}  // namespace chat_server
